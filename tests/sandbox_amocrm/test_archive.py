"""What the upload dialog says about a bad widget.zip."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.amocrm.server import AmoServer
from sandbox.amocrm.web.zipcheck import BadArchive, check_archive

from .foreign import archive, files, png
from .house import ADMIN, MANAGER, control

Files = dict[str, bytes]


def refused(contents: Files) -> str:
    with pytest.raises(BadArchive) as caught:
        check_archive(archive(contents))
    return "; ".join(caught.value.reasons)


def with_manifest(change: Callable[[dict[str, Any]], object]) -> Files:
    found = files()
    manifest = json.loads(found["manifest.json"])
    change(manifest)
    return found | {"manifest.json": json.dumps(manifest).encode()}


def test_a_good_one_is_accepted() -> None:
    assert check_archive(archive()).keys() == files().keys()


def test_not_a_zip() -> None:
    with pytest.raises(BadArchive, match="not a ZIP"):
        check_archive(b"hello")


def test_an_extra_folder_at_the_top() -> None:
    assert "at the root" in refused({f"widget/{name}": data for name, data in files().items()})


def test_a_bom() -> None:
    found = files()
    assert "BOM" in refused(found | {"i18n/ru.json": b"\xef\xbb\xbf" + found["i18n/ru.json"]})


def test_comments_are_not_json() -> None:
    assert "manifest.json is not valid JSON" in refused(files() | {"manifest.json": b"// hi\n{}"})


def test_a_logo_of_the_wrong_size() -> None:
    assert "images/logo_min.png must be 84×84" in refused(files() | {"images/logo_min.png": png(85, 84)})


def test_a_heavy_picture() -> None:
    heavy = png(130, 100) + b"\0" * 310_000
    assert "larger than 300 KB" in refused(files() | {"images/logo.png": heavy})


def test_a_missing_locale_and_a_missing_script() -> None:
    found = files()
    del found["i18n/en.json"], found["script.js"]
    reasons = refused(found)
    assert "i18n/en.json is missing" in reasons
    assert "script.js is missing" in reasons


def test_locales_of_different_structure() -> None:
    found = files()
    english = json.loads(found["i18n/en.json"])
    del english["panel"]
    assert "differ in structure at panel.hello" in refused(found | {"i18n/en.json": json.dumps(english).encode()})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m["widget"].pop("short_description"), "widget.short_description is missing"),
        (lambda m: m["widget"].pop("installation"), "widget.installation is missing"),
        (lambda m: m["widget"].pop("support"), "widget.support"),
        (lambda m: m.pop("locations"), "locations is missing"),
        (lambda m: m["locations"].append("kitchen-1"), "unknown location kitchen-1"),
        (lambda m: m.pop("settings"), "settings is missing"),
        (lambda m: m["settings"].update(second={"name": "settings.city", "type": "custom"}), "only one field"),
        (lambda m: m["settings"].update(odd={"name": "settings.none", "type": "text"}), "no text settings.none"),
    ],
)
def test_manifest_rules(change: Callable[[dict[str, Any]], object], reason: str) -> None:
    assert reason in refused(with_manifest(change))


def test_all_reasons_are_told_at_once() -> None:
    found = with_manifest(lambda m: m["widget"].pop("name"))
    del found["images/logo.png"]
    assert refused(found).count(";") >= 1


def test_dialog_refuses_with_the_reasons_and_accepts_the_good_one(server: AmoServer) -> None:
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": ADMIN})["value"]}
    body = {"name": "Mine", "redirect_uri": "http://127.0.0.1:1/cb", "scopes": ["crm"]}
    made = requests.post(f"{server.url}/ajax/integrations", json=body, cookies=cookies, timeout=10).json()
    address = f"{server.url}/ajax/integrations/{made['id']}/widget"
    bad = requests.post(address, files={"widget": ("widget.zip", b"zip?")}, cookies=cookies, timeout=10)
    assert bad.status_code == 400
    assert bad.json()["reasons"] == ["The file is not a ZIP archive"]
    good = requests.post(address, files={"widget": ("widget.zip", archive())}, cookies=cookies, timeout=10).json()
    code = good["widget_code"]
    script = requests.get(f"{server.url}/upl/{code}/widget/script.js?v=1.4.2", timeout=10)
    assert script.status_code == 200
    assert script.headers["Content-Type"].startswith("text/javascript")
    again = requests.post(address, files={"widget": ("widget.zip", archive())}, cookies=cookies, timeout=10).json()
    assert again["widget_code"] == code, "the code stays when a new version is uploaded"


def test_a_new_archive_is_taken_when_whole_and_the_old_one_stays_while_it_is_not(server: AmoServer) -> None:
    row = server.world.store.all("integration")[0]
    path, address = Path(row["widget_zip"]), f"{server.url}/upl/{row['widget_code']}/widget/script.js"
    old = requests.get(address, timeout=10)
    path.write_bytes(b"half")
    assert requests.get(address, timeout=10).content == old.content
    path.write_bytes(archive(files() | {"script.js": b"define([], function () { return function () {}; });"}))
    fresh = requests.get(address, headers={"If-None-Match": old.headers["ETag"]}, timeout=10)
    assert fresh.status_code == 200
    assert fresh.content != old.content
    again = requests.get(address, headers={"If-None-Match": fresh.headers["ETag"]}, timeout=10)
    assert again.status_code == 304


def test_only_administrators_make_integrations(server: AmoServer) -> None:
    cookies = {server.world.cookie_name: control(server, "session", {"user_id": MANAGER})["value"]}
    answer = requests.post(f"{server.url}/ajax/integrations", json={"name": "x"}, cookies=cookies, timeout=10)
    assert answer.status_code == 403
