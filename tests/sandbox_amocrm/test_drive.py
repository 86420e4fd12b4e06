"""Files: parts of 512 KiB, versions, attaching, scopes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.amocrm.drive.files import MAX_PART
from sandbox.amocrm.server import AmoServer

from .house import CLIENT_ID, LEAD, Caller, control, token


@pytest.fixture
def drive(server: AmoServer) -> Caller:
    return Caller(server.drive_url, token(server))


def begin(server: AmoServer, drive: Caller, size: int, **more: Any) -> dict[str, Any]:
    body = {"file_name": "счёт № 5.pdf", "file_size": size, "content_type": "application/pdf", **more}
    answer = requests.post(f"{server.drive_url}/v1.0/sessions", json=body, headers=drive.headers, timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def upload(server: AmoServer, drive: Caller, data: bytes, **more: Any) -> dict[str, Any]:
    """Send in parts as told; the file model."""
    session = begin(server, drive, len(data), **more)
    address, answer = session["upload_url"], {}
    for start in range(0, len(data), session["max_part_size"]):
        part = data[start : start + session["max_part_size"]]
        answer = requests.post(address, data=part, timeout=10).json()
        address = answer.get("next_url")
    return answer


def test_a_file_in_three_parts_comes_back_whole(server: AmoServer, drive: Caller) -> None:
    data = bytes(range(256)) * 5000
    file = upload(server, drive, data)
    assert len(data) > 2 * MAX_PART
    assert (file["name"], file["metadata"]["extension"], file["size"]) == ("счёт № 5", "pdf", len(data))
    assert file["type"] == "document"
    assert file["has_multiple_versions"] is False
    got = requests.get(file["_links"]["download"]["href"], timeout=10)
    assert got.content == data
    assert got.headers["Content-Type"] == "application/pdf"


def test_a_part_that_is_too_large_is_refused(server: AmoServer, drive: Caller) -> None:
    session = begin(server, drive, MAX_PART + 1)
    assert requests.post(session["upload_url"], data=b"x" * (MAX_PART + 1), timeout=10).status_code == 413


def test_more_bytes_than_promised_are_refused(server: AmoServer, drive: Caller) -> None:
    session = begin(server, drive, 3)
    assert requests.post(session["upload_url"], data=b"four", timeout=10).status_code == 400


def test_an_old_link_of_a_session_is_dead(server: AmoServer, drive: Caller) -> None:
    session = begin(server, drive, 10)
    assert "next_url" in requests.post(session["upload_url"], data=b"12345", timeout=10).json()
    assert requests.post(session["upload_url"], data=b"67890", timeout=10).status_code == 404


def test_versions(server: AmoServer, drive: Caller) -> None:
    first = upload(server, drive, b"%PDF-1")
    second = upload(server, drive, b"%PDF-22", file_uuid=first["uuid"])
    assert second["uuid"] == first["uuid"]
    assert second["version_uuid"] != first["version_uuid"]
    assert second["has_multiple_versions"] is True
    listed = requests.get(
        f"{server.drive_url}/v1.0/files/{first['uuid']}/versions", headers=drive.headers, timeout=10
    ).json()["_embedded"]["versions"]
    assert [v["size"] for v in listed] == [7, 6]
    old = requests.get(listed[1]["_links"]["download_version"]["href"], timeout=10)
    assert old.content == b"%PDF-1"


def test_attaching_and_detaching(server: AmoServer, api: Caller, drive: Caller) -> None:
    uuid = upload(server, drive, b"%PDF-1")["uuid"]
    for _ in range(2):
        assert api("PUT", f"leads/{LEAD}/files", [{"file_uuid": uuid}]).status_code == 202
    rows = api("GET", f"leads/{LEAD}/files").json()["_embedded"]["files"]
    assert [r["file_uuid"] for r in rows] == [uuid], "once, however often it is attached"
    assert api("GET", f"files/{uuid}/links").json()["_embedded"]["links"][0]["entity_id"] == LEAD
    assert api("DELETE", f"leads/{LEAD}/files", [{"file_uuid": uuid}]).status_code == 202
    assert api("GET", f"leads/{LEAD}/files").status_code == 204
    assert api("PUT", f"leads/{LEAD}/files", [{"file_uuid": "nope"}]).status_code == 400


def test_the_scope_files_is_needed(server: AmoServer) -> None:
    control(server, "integrations", {"client_id": CLIENT_ID, "scopes": ["crm"]})
    headers = {"Authorization": f"Bearer {token(server)}"}
    body = {"file_name": "a.pdf", "file_size": 3}
    refused = requests.post(f"{server.drive_url}/v1.0/sessions", json=body, headers=headers, timeout=10)
    assert refused.status_code == 403
    listed = requests.get(f"{server.url}/api/v4/leads/{LEAD}/files", headers=headers, timeout=10)
    assert listed.status_code == 403
    bare = requests.post(f"{server.drive_url}/v1.0/sessions", json=body, timeout=10)
    assert bare.status_code == 401
