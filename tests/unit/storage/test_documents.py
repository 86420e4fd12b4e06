"""Documents of a deal: one row a document of the ERP, whatever it says of it later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from backend.domain.money import Money
from backend.ports.erp import DocumentKind, DocumentRef
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER

REF = DocumentRef("inv:1", DocumentKind.INVOICE, "S00317", date(2026, 11, 21), Money(Decimal("23400.00")), "v1")


def test_a_document_is_put_once_and_updated_after(store: SqlStore) -> None:
    newer = replace(REF, version="v2", number="S00318")
    with store.write() as unit:
        first = unit.documents.put(ACCOUNT, DEAL, "order-1:5", REF)
        unit.documents.attached(first.id, file_uuid="file", version="v1")
        second = unit.documents.put(ACCOUNT, DEAL, "order-1:5", newer)
    with store.read() as unit:
        assert second == replace(first, ref=newer, file_uuid="file", attached_version="v1")
        assert unit.documents.of_deal(ACCOUNT, DEAL) == [second]
        assert unit.documents.get(ACCOUNT, first.id) == second


def test_the_same_document_of_another_part_or_account_is_another(store: SqlStore) -> None:
    with store.write() as unit:
        ids = {
            unit.documents.put(ACCOUNT, DEAL, "order-1:5", REF).id,
            unit.documents.put(ACCOUNT, DEAL, "order-1:9", REF).id,
            unit.documents.put(OTHER, DEAL, "order-1:5", REF).id,
        }
        assert len(ids) == 3
        assert len(unit.documents.of_deal(ACCOUNT, DEAL)) == 2


def test_another_account_does_not_get_it(store: SqlStore) -> None:
    with store.write() as unit:
        made = unit.documents.put(ACCOUNT, DEAL, "order-1:5", REF)
        assert unit.documents.get(OTHER, made.id) is None
        assert unit.documents.of_deal(OTHER, DEAL) == []
