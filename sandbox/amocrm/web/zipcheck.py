"""What the upload dialog refuses in a widget.zip, in words."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from .images import image_size, is_animated

SIZES = {
    "logo.png": (130, 100), "logo_main.png": (400, 272), "logo_medium.png": (240, 84),
    "logo_min.png": (84, 84), "logo_small.png": (108, 108), "logo_dp.png": (174, 109),
}  # fmt: skip
LOCALES = {"ru", "en", "es", "pt"}
LOCATIONS = {
    "lcard",
    "ccard",
    "comcard",
    "cucard",
    "llist",
    "clist",
    "tlist",
    "culist",
    "settings",
    "advanced_settings",
    "card_sdk",
    "catalogs",
    "digital_pipeline",
    "lead_sources",
    "whatsapp_modal",
    "sms",
    "mobile_card",
    "amoforms",
    "salesbot_designer",
    "widget_page",
    "personal_page",
    "everywhere",
    "tline",
    "tcalendar",
}
FIELD_TYPES = {"text", "pass", "users", "users_lp", "custom"}
TEXT_FILES = (".json", ".js", ".css", ".twig")
MAX_IMAGE = 300 * 1024


class BadArchive(Exception):
    """Why an archive was refused; `reasons` is a list of sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def check_archive(data: bytes) -> dict[str, bytes]:
    """Files of a good archive by name; raises BadArchive with every reason found."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise BadArchive(["The file is not a ZIP archive"]) from None
    reasons = _root(files)
    if reasons:
        raise BadArchive(reasons)
    reasons = _texts(files)
    manifest = _json(files["manifest.json"])
    if not isinstance(manifest, dict):
        raise BadArchive([*reasons, "manifest.json is not valid JSON"])
    reasons += _manifest(manifest) + _i18n(files, manifest) + _images(files, manifest)
    if reasons:
        raise BadArchive(reasons)
    return files


def _root(files: dict[str, bytes]) -> list[str]:
    if "manifest.json" in files:
        return []
    nested = [name for name in files if name.endswith("/manifest.json")]
    if nested:
        return [f"manifest.json must be at the root of the archive, not in {nested[0].rsplit('/', 1)[0]}"]
    return ["manifest.json is missing"]


def _texts(files: dict[str, bytes]) -> list[str]:
    reasons = []
    for name, data in files.items():
        if not name.endswith(TEXT_FILES):
            continue
        if data.startswith(b"\xef\xbb\xbf"):
            reasons.append(f"{name} begins with a BOM")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            reasons.append(f"{name} is not UTF-8")
    return reasons


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError:
        return None


def _manifest(manifest: dict[str, Any]) -> list[str]:
    widget = manifest.get("widget")
    if not isinstance(widget, dict):
        return ["manifest.json: widget is missing"]
    required = ("name", "description", "short_description", "locale", "installation")
    reasons = [f"manifest.json: widget.{key} is missing" for key in required if widget.get(key) in (None, "", [])]
    support = widget.get("support")
    if not isinstance(support, dict) or not (support.get("link") or support.get("email")):
        reasons.append("manifest.json: widget.support needs link or email")
    if unknown := set(widget.get("locale") or ()) - LOCALES:
        reasons.append(f"manifest.json: unknown locale {sorted(unknown)[0]}")
    locations = manifest.get("locations")
    if not isinstance(locations, list) or not locations:
        reasons.append("manifest.json: locations is missing")
    for name in locations if isinstance(locations, list) else ():
        if str(name).removesuffix("-1").removesuffix("-0") not in LOCATIONS:
            reasons.append(f"manifest.json: unknown location {name}")
    return reasons + _settings(manifest, widget)


def _settings(manifest: dict[str, Any], widget: dict[str, Any]) -> list[str]:
    settings = manifest.get("settings")
    if settings in (None, []):
        return ["manifest.json: settings is missing"] if widget.get("installation") and settings is None else []
    if not isinstance(settings, dict):
        return ["manifest.json: settings must be an object"]
    reasons = []
    for code, spec in settings.items():
        if not isinstance(spec, dict) or spec.get("type") not in FIELD_TYPES or not spec.get("name"):
            reasons.append(f"manifest.json: settings.{code} needs name and a known type")
    if sum(isinstance(s, dict) and s.get("type") == "custom" for s in settings.values()) > 1:
        reasons.append("manifest.json: only one field of type custom is allowed")
    return reasons


def _i18n(files: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    reasons, shapes, texts = [], {}, {}
    for locale in (manifest.get("widget") or {}).get("locale") or ():
        name = f"i18n/{locale}.json"
        if name not in files:
            reasons.append(f"{name} is missing")
            continue
        texts[locale] = _json(files[name])
        if not isinstance(texts[locale], dict):
            reasons.append(f"{name} is not valid JSON")
            continue
        shapes[name] = _paths(texts[locale])
    for name, shape in shapes.items():
        first_name, first = next(iter(shapes.items()))
        if shape != first:
            odd = sorted(shape ^ first)[0]
            reasons.append(f"{name} and {first_name} differ in structure at {odd}")
    return reasons + _keys(manifest, texts)


def _keys(manifest: dict[str, Any], texts: dict[str, Any]) -> list[str]:
    widget = manifest.get("widget") or {}
    used = [widget.get(k) for k in ("name", "description", "short_description")]
    settings = manifest.get("settings")
    used += [s.get("name") for s in settings.values() if isinstance(s, dict)] if isinstance(settings, dict) else []
    reasons = []
    for locale, tree in texts.items():
        if isinstance(tree, dict):
            paths = _paths(tree)
            reasons += [f"i18n/{locale}.json has no text {key}" for key in used if key and key not in paths]
    return reasons


def _paths(tree: Any, prefix: str = "") -> set[str]:
    if not isinstance(tree, dict):
        return {prefix}
    return {p for key, value in tree.items() for p in _paths(value, f"{prefix}.{key}" if prefix else key)}


def _images(files: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    locations = {str(n).split("-")[0] for n in manifest.get("locations") or ()}
    wanted = dict(SIZES)
    if "digital_pipeline" not in locations:
        wanted.pop("logo_dp.png")
    reasons = []
    for name, size in wanted.items():
        data = files.get(f"images/{name}")
        if data is None:
            reasons.append(f"images/{name} is missing")
        elif image_size(data) != size:
            reasons.append(f"images/{name} must be {size[0]}×{size[1]}")
    for name, data in files.items():
        if name.startswith("images/") and len(data) > MAX_IMAGE:
            reasons.append(f"{name} is larger than 300 KB")
        if name.startswith("images/") and is_animated(data):
            reasons.append(f"{name} is animated")
    if "script.js" not in files and locations - {"digital_pipeline", "mobile_card"}:
        reasons.append("script.js is missing")
    return reasons
