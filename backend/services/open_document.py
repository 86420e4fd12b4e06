"""Open a document from the card in one click; it also joins the deal's files, once a version (R15)."""

from __future__ import annotations

from backend.domain.errors import NotFound
from backend.ports.erp import DocumentFile, DocumentUnavailable
from backend.ports.store import DealDocument, Operation
from backend.services.deps import Services
from backend.services.payload import text
from backend.services.take_picture import require_seen
from backend.services.viewer import Caller

PDF_MAGIC = b"%PDF-"


class DocumentNotFound(NotFound):
    """The deal has no such document.

    Data: document_id.
    """

    code = "document_not_found"


def request_document(services: Services, caller: Caller, deal_id: int, document_id: str) -> None:
    """The caller may open this document; its present version is queued to join the deal's files.

    Raises DocumentNotFound.
    """
    require_seen(services, caller.account_id, deal_id, as_user=caller.user_id)
    now = services.clock.now()
    with services.store.write() as unit:
        document = unit.documents.get(caller.account_id, document_id)
        if document is None or document.deal_id != deal_id:
            raise DocumentNotFound(document_id=document_id)
        if document.attached_version != document.ref.version:
            unit.operations.add(
                caller.account_id,
                kind="crm.attach_document",
                key=f"attach:{document.id}:{document.ref.version}",
                payload={"document_id": document.id},
                deal_id=deal_id,
                due_at=now,
            )


def fetch(services: Services, account_id: int, document_id: str) -> DocumentFile:
    """The PDF from the ERP.

    Raises DocumentNotFound, DocumentUnavailable and the ERP's errors.
    """
    with services.store.read() as unit:
        document = unit.documents.get(account_id, document_id)
    if document is None:
        raise DocumentNotFound(document_id=document_id)
    return _pdf(services, document)


def attach_document(services: Services, operation: Operation) -> None:
    """Operation: the document's present version into the deal's files; a newer version of the same document replaces
    the file."""
    with services.store.read() as unit:
        document = unit.documents.get(operation.account_id, text(operation, "document_id"))
    if document is None or document.attached_version == document.ref.version:
        return
    file = _pdf(services, document)
    crm = services.crms.of(operation.account_id)
    kept = crm.attach_file(document.deal_id, file.filename, file.content, replaces=document.file_uuid)
    with services.store.write() as unit:
        unit.documents.attached(document.id, file_uuid=kept.uuid, version=document.ref.version)
        unit.deals.touch(operation.account_id, document.deal_id)


def _pdf(services: Services, document: DealDocument) -> DocumentFile:
    """The adapter checks too; a file that is no PDF must never get through, whichever adapter it is."""
    file = services.erps.of(document.account_id).fetch_document(document.ref)
    if not file.content.startswith(PDF_MAGIC):
        raise DocumentUnavailable(reason="not_pdf")
    return file
