"""Upload sessions, files and their versions; bytes lie beside the state file."""

from __future__ import annotations

import secrets
import uuid
from pathlib import Path, PurePath
from typing import Any

from ..core.errors import ApiProblem, not_found
from ..core.store import Doc
from ..core.world import World

MAX_PART = 512 * 1024
MAX_FILE = 300 * 1024 * 1024
SESSION_SECONDS = 24 * 3600
KINDS = {"image": "image", "video": "video", "audio": "audio"}


def open_session(world: World, given: Doc, user_id: int) -> Doc:
    """A session for one file of a known size; `file_uuid` makes it a new version."""
    name, size = given.get("file_name"), given.get("file_size")
    if not name or not isinstance(size, int) or size <= 0:
        raise ApiProblem(400, "Bad Request", "file_name and file_size are required")
    if size > MAX_FILE:
        raise ApiProblem(400, "Bad Request", "File is too large")
    if given.get("file_uuid"):
        find_file(world, given["file_uuid"])
    token = secrets.token_urlsafe(48)
    session = {
        "id": token,
        "session_id": world.store.next_id("drive_session", 26136001),
        "name": str(name),
        "size": size,
        "content_type": given.get("content_type") or "application/octet-stream",
        "file_uuid": given.get("file_uuid"),
        "user_id": user_id,
        "expires": world.clock.now() + SESSION_SECONDS,
        "received": 0,
        "part": secrets.token_hex(8),
    }
    world.store.put("upload", session)
    _path(world, f"upload-{session['session_id']}").write_bytes(b"")
    return {
        "session_id": session["session_id"],
        "upload_url": f"{world.drive_url}/v1.0/sessions/upload/{token}.{session['part']}",
        "max_file_size": MAX_FILE,
        "max_part_size": MAX_PART,
    }


def receive(world: World, link: str, data: bytes) -> Doc:
    """One part; after the last one the file."""
    token, _, part = link.partition(".")
    with world.store.lock:
        session = world.store.get("upload", token)
        if not session or session["part"] != part or session["expires"] < world.clock.now():
            raise not_found("Session not found")
        received = session["received"] + len(data)
        if not data or received > session["size"]:
            raise ApiProblem(400, "Bad Request", "Part does not fit the file size")
        path = _path(world, f"upload-{session['session_id']}")
        with path.open("ab") as file:
            file.write(data)
        if received < session["size"]:
            fresh = {**session, "received": received, "part": secrets.token_hex(8)}
            world.store.put("upload", fresh)
            url = f"{world.drive_url}/v1.0/sessions/upload/{token}.{fresh['part']}"
            return {"session_id": session["session_id"], "next_url": url}
        world.store.delete("upload", token)
        return show_file(world, _finish(world, session))


def find_file(world: World, file_uuid: Any) -> Doc:
    """A file by uuid; 404."""
    found = world.store.get("file", file_uuid)
    if not found:
        raise not_found("File not found")
    return found


def read_bytes(world: World, version_uuid: str) -> bytes:
    """The content of a version."""
    return _path(world, version_uuid).read_bytes()


def show_file(world: World, file: Doc, version: Doc | None = None) -> Doc:
    """The file model."""
    version = version or file["versions"][-1]
    extension = file["metadata"]["extension"]
    full = f"{file['name']}.{extension}" if extension else file["name"]
    base = f"{world.drive_url}/download/{world.account['id']}/{file['uuid']}"
    who = {"id": version["created_by"], "type": "internal"}
    return {
        "uuid": file["uuid"],
        "version_uuid": version["version_uuid"],
        "name": file["name"],
        "sanitized_name": file["name"],
        "size": version["size"],
        "type": file["type"],
        "is_trashed": file["is_trashed"],
        "has_multiple_versions": len(file["versions"]) > 1,
        "source_id": None,
        "metadata": file["metadata"],
        "previews": None,
        "created_at": file["created_at"],
        "created_by": who,
        "updated_at": file["updated_at"],
        "updated_by": who,
        "deleted_at": None,
        "deleted_by": None,
        "session_id": version["session_id"],
        "_links": {
            "self": {"href": f"{world.drive_url}/v1.0/files/{file['uuid']}"},
            "download": {"href": f"{base}/{file['versions'][-1]['version_uuid']}/{full}"},
            "download_version": {"href": f"{base}/{version['version_uuid']}/{full}"},
        },
    }


def _finish(world: World, session: Doc) -> Doc:
    now = world.clock.timestamp()
    version = {
        "version_uuid": str(uuid.uuid4()),
        "size": session["size"],
        "created_by": session["user_id"],
        "created_at": now,
        "session_id": session["session_id"],
    }
    _path(world, f"upload-{session['session_id']}").rename(_path(world, version["version_uuid"]))
    if session["file_uuid"]:
        old = find_file(world, session["file_uuid"])
        return world.store.put("file", {**old, "versions": [*old["versions"], version], "updated_at": now}, old["uuid"])
    name = PurePath(session["name"])
    kind = KINDS.get(session["content_type"].split("/")[0], "document" if name.suffix == ".pdf" else "file")
    file = {
        "uuid": str(uuid.uuid4()),
        "name": name.stem,
        "type": kind,
        "is_trashed": False,
        "metadata": {"extension": name.suffix.lstrip("."), "mime_type": session["content_type"]},
        "created_at": now,
        "updated_at": now,
        "versions": [version],
    }
    return world.store.put("file", file, file["uuid"])


def _path(world: World, name: str) -> Path:
    folder = world.data_dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
