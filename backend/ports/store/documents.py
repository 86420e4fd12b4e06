"""Documents of a deal that the ERP has, and whether they are among the deal's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.ports.erp import DocumentRef


@dataclass(frozen=True, slots=True)
class DealDocument:
    """`id` ours, opaque; `order_part` the key of the order part it belongs to; `file_uuid` in the CRM's drive once
    attached, of version `attached_version`."""

    id: str
    account_id: int
    deal_id: int
    order_part: str
    ref: DocumentRef
    file_uuid: str | None = None
    attached_version: str | None = None


class DocumentRepository(Protocol):
    def of_deal(self, account_id: int, deal_id: int) -> Sequence[DealDocument]: ...

    def get(self, account_id: int, document_id: str) -> DealDocument | None: ...

    def put(self, account_id: int, deal_id: int, order_part: str, ref: DocumentRef) -> DealDocument:
        """Insert, or update `ref` of the one with the same part and `ref.id` (the id and the attachment stay)."""
        ...

    def attached(self, document_id: str, *, file_uuid: str, version: str) -> None: ...
