"""Checks a widget archive against amoCRM's rules for archives, manifests and public widgets.

    python -m widget.verify dist/widget.zip

Source of the rules: amoCRM's developer pages on the archive's structure, the manifest and moderation of public
integrations.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Files = Mapping[str, bytes]

IMAGES = {
    "images/logo.png": (130, 100),
    "images/logo_main.png": (400, 272),
    "images/logo_medium.png": (240, 84),
    "images/logo_min.png": (84, 84),
    "images/logo_small.png": (108, 108),
}
TOUR_SIZE = (1188, 616)
MAX_IMAGE = 300 * 1024
LOCALES = {"ru", "en", "es", "pt"}
CALLBACKS = {
    "lcard": ("render", "init", "bind_actions", "destroy"),
    "settings": ("settings", "onSave"),
    "advanced_settings": ("advancedSettings",),
}
SETTING_TYPES = {"text", "pass", "users", "users_lp", "custom"}
TEXTS = (".js", ".json", ".css", ".twig")
FORBIDDEN = {
    r"(?<![\w.$])(?:window\s*\.\s*)?(alert|confirm|prompt)\s*\(": "{0}() is not allowed: use the modal",
    r"(?<![\w.$])(?:window\s*\.\s*)?(eval)\s*\(": "eval is not allowed",
    r"\bnew\s+(Function)\s*\(": "code made from text is not allowed",
    r"\bconsole\s*\.\s*(?!debug\b)(\w+)": "console.{0} is not allowed",
    r"createElement\s*\(\s*[\"'](script)[\"']": "script tags are not allowed: use AMD dependencies",
    r"\bdocument\s*\.\s*(write(?:ln)?)\s*\(": "document.{0} is not allowed",
    r"\basync\s*:\s*(false)\b": "synchronous requests are not allowed",
    r"\b((?:APP|AMOCRM)(?:\.\w+)*)\s*=(?!=)": "{0} is read-only",
    r"\b(crm_post)\s*\(": "crm_post is outdated: use $authorizedAjax",
    r"\bwindow\s*\.\s*(?!location\b)(\w+)\s*=(?!=)": "writes the global {0}",
}
LONGEST_LINE = 400
CYRILLIC = re.compile(r"[А-Яа-яЁё]")


def verify(archive: Path) -> list[str]:
    """What is wrong with the archive, in plain words; empty when nothing is."""
    try:
        with zipfile.ZipFile(archive) as opened:
            files = {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}
    except zipfile.BadZipFile:
        return [f"{archive.name} is not a zip archive"]
    return list(faults(files))


def faults(files: Files) -> Iterator[str]:
    """The same for the files of an archive: {path in the archive: bytes}."""
    for name in ("manifest.json", "script.js"):
        if name not in files:
            yield f"{name} is missing at the root of the archive"
    broken = list(_text_faults(files))
    yield from broken
    if broken or "manifest.json" not in files or "script.js" not in files:
        return
    manifest = _json(files["manifest.json"])
    rules: tuple[Callable[[Files, Any], Iterable[str]], ...] = (
        _manifest,
        _locations,
        _settings,
        _locales,
        _images,
        _scripts,
        _styles,
        _unused,
    )
    for rule in rules:
        yield from rule(files, manifest)


def _strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _json(data: bytes) -> Any:
    return json.loads(data.decode("utf-8"), object_pairs_hook=_strict)


def _text_faults(files: Files) -> Iterator[str]:
    for name, data in files.items():
        if not name.endswith(TEXTS):
            continue
        if data.startswith(b"\xef\xbb\xbf"):
            yield f"{name} begins with a BOM"
            continue
        if b"\r" in data:
            yield f"{name} has line ends other than \\n"
        try:
            text = data.decode("utf-8")
            if name.endswith(".json") and not isinstance(json.loads(text, object_pairs_hook=_strict), dict):
                yield f"{name} is not a JSON object"
        except UnicodeDecodeError:
            yield f"{name} is not UTF-8"
        except ValueError as error:
            yield f"{name} is not strict JSON: {error}"


def _at(tree: Any, path: str) -> Any:
    for key in path.split("."):
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _manifest(_files: Files, manifest: Any) -> Iterator[str]:
    for path in (
        "widget.name",
        "widget.description",
        "widget.short_description",
        "widget.version",
        "widget.locale",
        "locations",
    ):
        if not _at(manifest, path):
            yield f"manifest: {path} is missing"
    if not isinstance(_at(manifest, "widget.installation"), bool):
        yield "manifest: widget.installation is missing"
    if not isinstance(_at(manifest, "settings"), dict):
        yield "manifest: settings is missing"
    if _at(manifest, "widget.interface_version") != 2:
        yield "manifest: widget.interface_version must be 2"
    if not re.fullmatch(r"\d+\.\d+\.\d+", str(_at(manifest, "widget.version"))):
        yield "manifest: widget.version must look like 1.2.3"
    if not (_at(manifest, "widget.support.link") or _at(manifest, "widget.support.email")):
        yield "manifest: widget.support needs a link or an e-mail"
    for key in ("code", "secret_key"):
        if _at(manifest, f"widget.{key}"):
            yield f"manifest: widget.{key} is given by amoCRM and must not be in the archive"


def _locations(files: Files, manifest: Any) -> Iterator[str]:
    script = files["script.js"].decode("utf-8")
    names = [re.sub(r"-[01]$", "", str(one)) for one in manifest.get("locations", [])]
    if len(set(names)) < len(names):
        yield "manifest: a location stands twice"
    for name in names:
        if name not in CALLBACKS:
            yield f"manifest: location {name} is not one this widget uses"
        for callback in CALLBACKS.get(name, ()):
            if not re.search(rf"\b{callback}\s*(?:\(|:)", script):
                yield f"script.js: location {name} needs the callback {callback}"
    for callback, location in (("advancedSettings", "advanced_settings"), ("settings", "settings")):
        if re.search(rf"^\s*{callback}\s*\([^)]*\)\s*{{", script, re.MULTILINE) and location not in names:
            yield f"manifest: the callback {callback} needs the location {location}"
    if "advanced_settings" in names and not _at(manifest, "advanced.title"):
        yield "manifest: advanced.title is missing"


def _settings(_files: Files, manifest: Any) -> Iterator[str]:
    fields = manifest.get("settings") or {}
    for code, field in fields.items():
        if field.get("type") not in SETTING_TYPES:
            yield f"manifest: setting {code} has the unknown type {field.get('type')}"
        if field.get("type") == "pass":
            yield f"manifest: setting {code} would show a secret to every user"
        if not isinstance(field.get("required"), bool):
            yield f"manifest: setting {code} does not say whether it is required"
    if sum(field.get("type") == "custom" for field in fields.values()) > 1:
        yield "manifest: at most one custom setting is allowed"


def _word_paths(manifest: Any) -> Iterator[str]:
    for path in (
        "widget.name",
        "widget.description",
        "widget.short_description",
        "advanced.title",
        "tour.tour_description",
    ):
        value = _at(manifest, path)
        if value:
            yield str(value)
    for field in (manifest.get("settings") or {}).values():
        yield str(field.get("name"))


def _shape(tree: Any, path: str = "") -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _shape(value, f"{path}.{key}" if path else key)
    else:
        yield f"{path}:{type(tree).__name__}"


def _holes(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text)) if isinstance(text, str) else set()


def _locales(files: Files, manifest: Any) -> Iterator[str]:
    locales = list(_at(manifest, "widget.locale") or [])
    trees: dict[str, Any] = {}
    for locale in locales:
        name = f"i18n/{locale}.json"
        if locale not in LOCALES:
            yield f"manifest: unknown locale {locale}"
        if name in files:
            trees[locale] = _json(files[name])
        else:
            yield f"{name} is missing"
    for locale, tree in trees.items():
        for path in _word_paths(manifest):
            if not isinstance(_at(tree, path), str):
                yield f"i18n/{locale}.json: {path}, named in the manifest, is missing"
        if locale != "ru":
            yield from _foreign(locale, files[f"i18n/{locale}.json"].decode("utf-8"))
        if re.search(r"amocrm|kommo", str(_at(tree, "widget.name")), re.IGNORECASE):
            yield f"i18n/{locale}.json: the name must not carry the platform's name"
    yield from _same_shape(trees)


def _foreign(locale: str, text: str) -> Iterator[str]:
    if CYRILLIC.search(text):
        yield f"i18n/{locale}.json has Russian text"
    if re.search(r"https?://[^\s\"]+\.ru\b", text):
        yield f"i18n/{locale}.json links to a .ru site"


def _same_shape(trees: Mapping[str, Any]) -> Iterator[str]:
    if len(trees) < 2:
        return
    first, *others = trees
    paths = {path.rsplit(":", 1)[0] for path in _shape(trees[first])}
    for other in others:
        for odd in sorted(set(_shape(trees[first])) ^ set(_shape(trees[other]))):
            yield f"i18n: {odd.rsplit(':', 1)[0]} differs between {first} and {other}"
        for path in sorted(paths):
            if (
                _holes(_at(trees[first], path)) != _holes(_at(trees[other], path))
                and _at(trees[other], path) is not None
            ):
                yield f"i18n: {path} has other placeholders in {other} than in {first}"


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, None for anything else or an animated one."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or b"acTL" in data[:200]:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _tour(manifest: Any) -> Iterator[str]:
    for images in (_at(manifest, "tour.tour_images") or {}).values():
        yield from (str(image).lstrip("/") for image in images)


def _images(files: Files, manifest: Any) -> Iterator[str]:
    wanted = {**IMAGES, **dict.fromkeys(_tour(manifest), TOUR_SIZE)}
    for name, size in wanted.items():
        if name not in files:
            yield f"{name} is missing"
        elif png_size(files[name]) != size:
            yield f"{name} must be a still PNG of {size[0]}×{size[1]}"
        elif len(files[name]) > MAX_IMAGE:
            yield f"{name} is bigger than 300 KB"


def _without_comments(code: str) -> str:
    return re.sub(r"/\*.*?\*/", "", code, flags=re.DOTALL)


def _scripts(files: Files, _manifest: Any) -> Iterator[str]:
    for name in sorted(files):
        if not name.endswith(".js"):
            continue
        code = _without_comments(files[name].decode("utf-8"))
        for pattern, words in FORBIDDEN.items():
            for found in sorted({match.group(1) for match in re.finditer(pattern, code)}):
                yield f"{name}: {words.format(found)}"
        if max(map(len, code.splitlines()), default=0) > LONGEST_LINE:
            yield f"{name} looks minified: a line is longer than {LONGEST_LINE} characters"
        if not re.search(r"\bdefine\s*\(", code):
            yield f"{name} is not an AMD module"


def _styles(files: Files, _manifest: Any) -> Iterator[str]:
    for name in (one for one in files if one.endswith(".css")):
        css = _without_comments(files[name].decode("utf-8"))
        css = re.sub(r"@keyframes\s+stockgate-[\w-]+\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", css)
        css = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", css)
        for selectors in re.findall(r"([^{}]+)\{", css):
            for selector in (one.strip() for one in re.sub(r"\([^)]*\)", "", selectors).split(",")):
                if not re.match(r"(?:html\[data-color-scheme=\"dark\"\] )?\.stockgate(?![\w-])", selector):
                    yield f"{name}: the selector {selector} is not under .stockgate"
        if re.search(r"--palette-[\w-]+\s*:", css):
            yield f"{name} redefines a system colour"


def _unused(files: Files, manifest: Any) -> Iterator[str]:
    code = "\n".join(files[name].decode("utf-8") for name in files if name.endswith(".js"))
    known = {"manifest.json", "script.js", *IMAGES, *_tour(manifest)}
    known |= {f"i18n/{locale}.json" for locale in _at(manifest, "widget.locale") or []}
    for name in sorted(set(files) - known):
        if name.endswith((".js", ".css")) and re.search(rf"[/\"'`]{re.escape(Path(name).name)}", code):
            continue
        yield f"{name} is not used by the widget"


def main() -> int:
    found = verify(Path(sys.argv[1]))
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
