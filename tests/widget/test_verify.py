"""The verifier lets the built archive through and names each broken rule of a bad one."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from widget.build import ROOT, build, sizes
from widget.verify import faults, png_size, verify

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def good(archive: Path) -> Files:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _manifest(files: Files, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    files["manifest.json"] = json.dumps(manifest).encode()


def _words(files: Files, locale: str, change: Callable[[dict[str, Any]], object]) -> None:
    tree = json.loads(files[f"i18n/{locale}.json"])
    change(tree)
    files[f"i18n/{locale}.json"] = json.dumps(tree, ensure_ascii=False).encode()


def _append(files: Files, name: str, text: str) -> None:
    files[name] += text.encode()


def _png(width: int, height: int, size: int = 100) -> bytes:
    head = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height)
    return head + b"\0" * size


def test_the_built_archive_breaks_no_rule(archive: Path) -> None:
    assert verify(archive) == []


def test_names_at_the_root_of_the_archive(good: Files) -> None:
    assert {"manifest.json", "script.js", "style.css", "i18n/ru.json", "i18n/en.json", "images/logo_main.png"} <= set(
        good
    )


BAD: dict[str, tuple[Callable[[Files], object], str]] = {
    "no script": (lambda f: f.pop("script.js"), "script.js is missing"),
    "no manifest": (lambda f: f.pop("manifest.json"), "manifest.json is missing"),
    "top folder": (lambda f: f.update({f"widget/{k}": f.pop(k) for k in list(f)}), "manifest.json is missing"),
    "bom": (lambda f: f.update({"i18n/ru.json": b"\xef\xbb\xbf" + f["i18n/ru.json"]}), "begins with a BOM"),
    "crlf": (lambda f: f.update({"style.css": f["style.css"].replace(b"\n", b"\r\n")}), "line ends"),
    "json comment": (lambda f: f.update({"i18n/en.json": b"{} // words"}), "not strict JSON"),
    "json key twice": (lambda f: f.update({"i18n/en.json": b'{"a": 1, "a": 2}'}), "stands twice"),
    "not utf-8": (lambda f: f.update({"i18n/ru.json": '{"a": "щ"}'.encode("cp1251")}), "is not UTF-8"),
    "locale missing": (lambda f: f.pop("i18n/en.json"), "i18n/en.json is missing"),
    "locales differ": (lambda f: _words(f, "en", lambda t: t.pop("age")), "age.days differs"),
    "placeholders differ": (
        lambda f: _words(f, "en", lambda t: t.update(common={**t["common"], "more": "Show"})),
        "other placeholders",
    ),
    "manifest words missing": (
        lambda f: _manifest(f, lambda m: m.update(advanced={"title": "no.such"})),
        "no.such, named in the manifest",
    ),
    "russian in english": (
        lambda f: _words(f, "en", lambda t: t.update(advanced={"title": "Остатки"})),
        "has Russian text",
    ),
    "ru link in english": (
        lambda f: _words(f, "en", lambda t: t.update(advanced={"title": "https://stock.ru/x"})),
        ".ru site",
    ),
    "platform in name": (
        lambda f: _words(f, "en", lambda t: t["widget"].update(name="Stock for amoCRM")),
        "platform's name",
    ),
    "version": (lambda f: _manifest(f, lambda m: m["widget"].update(version="1")), "widget.version"),
    "own code": (
        lambda f: _manifest(f, lambda m: m["widget"].update(code="stockgate")),
        "widget.code is given by amoCRM",
    ),
    "no support": (lambda f: _manifest(f, lambda m: m["widget"].update(support={})), "widget.support"),
    "unused location": (
        lambda f: _manifest(f, lambda m: m.update(locations=["lcard-1", "settings", "advanced_settings", "ccard-1"])),
        "ccard is not one",
    ),
    "location twice": (
        lambda f: _manifest(f, lambda m: m.update(locations=["lcard-1", "lcard-0", "settings", "advanced_settings"])),
        "stands twice",
    ),
    "callback without location": (
        lambda f: _manifest(f, lambda m: m.update(locations=["lcard-1", "settings"])),
        "needs the location advanced_settings",
    ),
    "secret in settings": (
        lambda f: _manifest(
            f, lambda m: m["settings"].update(key={"name": "settings.consent", "type": "pass", "required": True})
        ),
        "would show a secret",
    ),
    "two custom": (
        lambda f: _manifest(
            f, lambda m: m["settings"].update(more={"name": "settings.consent", "type": "custom", "required": True})
        ),
        "at most one custom",
    ),
    "logo missing": (lambda f: f.pop("images/logo_min.png"), "images/logo_min.png is missing"),
    "logo size": (lambda f: f.update({"images/logo.png": _png(130, 101)}), "130×100"),
    "logo not png": (lambda f: f.update({"images/logo.png": b"GIF89a"}), "must be a still PNG"),
    "logo heavy": (lambda f: f.update({"images/logo.png": _png(130, 100, 400_000)}), "bigger than 300 KB"),
    "alert": (lambda f: _append(f, "script.js", "alert('x');"), "alert() is not allowed"),
    "window.confirm": (lambda f: _append(f, "script.js", "if (window.confirm(1)) {}"), "confirm() is not allowed"),
    "eval": (lambda f: _append(f, "lib/more.js", "eval('1')"), "eval is not allowed"),
    "new Function": (lambda f: _append(f, "script.js", "new Function('a')"), "code made from text"),
    "console.log": (lambda f: _append(f, "script.js", "console.log(1)"), "console.log is not allowed"),
    "script tag": (
        lambda f: _append(f, "script.js", 'document.createElement("script")'),
        "script tags are not allowed",
    ),
    "sync request": (lambda f: _append(f, "script.js", "$.ajax({async: false})"), "synchronous"),
    "writes APP": (lambda f: _append(f, "script.js", "APP.data = {};"), "APP.data is read-only"),
    "writes a global": (lambda f: _append(f, "script.js", "window.stock = 1;"), "writes the global stock"),
    "minified": (lambda f: _append(f, "script.js", "var a=1;" * 100), "looks minified"),
    "not amd": (lambda f: f.update({"lib/more.js": b"'more.js'"}), "not an AMD module"),
    "global css": (lambda f: _append(f, "style.css", "\n.button { color: red }"), "the selector .button"),
    "css lookalike": (
        lambda f: _append(f, "style.css", "\n.stockgate-x p { color: red }"),
        "the selector .stockgate-x p",
    ),
    "css in media": (lambda f: _append(f, "style.css", "\n@media print { body { color: red } }"), "the selector body"),
    "system colour": (
        lambda f: _append(f, "style.css", "\n.stockgate { --palette-accent: red }"),
        "redefines a system colour",
    ),
    "unused file": (lambda f: f.update({"notes.txt": b"x"}), "notes.txt is not used"),
    "unused module": (lambda f: f.update({"lib/old.js": b"define([], function () {});"}), "lib/old.js is not used"),
    "unused image": (lambda f: f.update({"images/tour_1.png": _png(1188, 616)}), "images/tour_1.png is not used"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_rule_is_named(good: Files, name: str) -> None:
    spoil, words = BAD[name]
    files = dict(good)
    spoil(files)
    found = list(faults(files))
    assert any(words in fault for fault in found), found


@pytest.mark.parametrize(
    "harmless",
    ["console.debug(1);", "if (a.confirm(1)) {}", "APP.data === 1;", "window.location = '/';", "/* alert(1) */"],
)
def test_what_is_allowed_is_not_named(good: Files, harmless: str) -> None:
    assert list(faults({**good, "script.js": good["script.js"] + harmless.encode()})) == []


def test_an_animated_png_is_no_logo() -> None:
    assert png_size(_png(130, 100)) == (130, 100)
    assert png_size(_png(130, 100)[:40] + b"acTL" + b"\0" * 50) is None


def test_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "widget.zip"
    path.write_bytes(b"no zip")
    assert verify(path) == ["widget.zip is not a zip archive"]


def test_the_same_sources_give_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    assert build("https://stock.test", tmp_path).read_bytes() == archive.read_bytes()


def test_the_backend_address_is_built_in(archive: Path, good: Files) -> None:
    assert b'"https://stock.test"' in good["script.js"]
    assert b"stockgate.example" not in good["script.js"]


def test_one_version_everywhere(good: Files) -> None:
    version = json.loads(good["manifest.json"])["widget"]["version"]
    assert json.loads((ROOT / "widget" / "package.json").read_text())["version"] == version
    assert json.loads((ROOT / "widget" / "package-lock.json").read_text())["version"] == version


def test_the_lock_file_names_no_download_address() -> None:
    text = (ROOT / "widget" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert '"integrity"' in text


def test_sizes_are_told(archive: Path) -> None:
    assert sizes(archive).count("gzip") == 5
