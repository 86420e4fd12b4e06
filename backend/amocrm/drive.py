"""Files: uploaded to the drive in parts, shown by a note, attached to the deal.

The order makes a repeat safe: a file in the drive is seen by nobody; the note names it; attaching what is attached
changes nothing. A repeat finds the note by the file's name and goes on with the same file.
"""

from __future__ import annotations

from backend.amocrm.answers import Json
from backend.amocrm.client import AmoClient, embedded
from backend.amocrm.directory import Directory
from backend.amocrm.feed import NEWEST
from backend.amocrm.values import as_text
from backend.ports.crm import CrmFile, CrmGarbled, CrmRefused

PART = 512 * 1024
PDF = "application/pdf"


class Drive:
    """Three calls and one for each 512 KiB; one more (the note) for a file that is new to the deal."""

    def __init__(self, client: AmoClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    def attach(self, deal_id: int, filename: str, content: bytes, replaces: str | None) -> CrmFile:
        """Upload and attach, as a new version of `replaces` or of the deal's file of the same name."""
        if not content:
            raise CrmRefused("an empty file", reason="empty_file")
        known = replaces or self._noted(deal_id, filename)
        file = self._upload(filename, content, known)
        if known is None:
            params = {"file_uuid": file.uuid, "file_name": filename}
            note = {"note_type": "attachment", "params": params}
            self._client.write("POST", f"leads/{deal_id}/notes", [note])
        self._client.write("PUT", f"leads/{deal_id}/files", [{"file_uuid": file.uuid}])
        return file

    def _noted(self, deal_id: int, filename: str) -> str | None:
        page = self._client.get(f"leads/{deal_id}/notes", [("filter[note_type][]", "attachment"), *NEWEST])
        for note in embedded(page, "notes"):
            params = note.get("params") or {}
            if as_text(params.get("file_name")) == filename:
                return as_text(params.get("file_uuid")) or None
        return None

    def _upload(self, filename: str, content: bytes, known: str | None) -> CrmFile:
        wanted: Json = {"file_name": filename, "file_size": len(content), "content_type": PDF}
        if known:
            wanted["file_uuid"] = known
        answer = self._client.upload(f"{self._directory.drive_url()}/v1.0/sessions", wanted) or {}
        size = min(answer.get("max_part_size") or PART, PART)
        url = as_text(answer.get("upload_url"))
        for start in range(0, len(content), size):
            answer = self._client.upload(url, content[start : start + size]) or {}
            url = as_text(answer.get("next_url"))
        uuid, version = as_text(answer.get("uuid")), as_text(answer.get("version_uuid"))
        if not uuid:
            raise CrmGarbled("the drive did not name the file")
        return CrmFile(uuid, version, filename)
