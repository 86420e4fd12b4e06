"""Documents of deals."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, update

from backend.ports.erp import DocumentRef
from backend.ports.store import DealDocument
from backend.storage.rows import insert, same
from backend.storage.tables import document


class SqlDocuments:
    """Implements `ports.store.DocumentRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def of_deal(self, account_id: int, deal_id: int) -> Sequence[DealDocument]:
        query = select(document).where(same(document, account_id=account_id, deal_id=deal_id))
        rows = self._sql.execute(query.order_by(document.c.order_part, document.c.ref_id)).mappings()
        return [_document(row) for row in rows]

    def get(self, account_id: int, document_id: str) -> DealDocument | None:
        query = select(document).where(same(document, account_id=account_id, id=document_id))
        row = self._sql.execute(query).mappings().first()
        return None if row is None else _document(row)

    def put(self, account_id: int, deal_id: int, order_part: str, ref: DocumentRef) -> DealDocument:
        statement = (
            insert(self._sql, document)
            .values(
                id=uuid.uuid4().hex,
                account_id=account_id,
                deal_id=deal_id,
                order_part=order_part,
                ref_id=ref.id,
                ref=ref,
            )
            .on_conflict_do_update(index_elements=["account_id", "order_part", "ref_id"], set_={"ref": ref})
            .returning(document)
        )
        return _document(self._sql.execute(statement).mappings().one())

    def attached(self, document_id: str, *, file_uuid: str, version: str) -> None:
        attachment = {"file_uuid": file_uuid, "attached_version": version}
        self._sql.execute(update(document).where(document.c.id == document_id).values(**attachment))


def _document(row: RowMapping) -> DealDocument:
    return DealDocument(**{name: item for name, item in row.items() if name != "ref_id"})
