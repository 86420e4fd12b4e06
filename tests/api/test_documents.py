"""A document in one click: a signed link, five minutes, and a page where it is over."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from werkzeug.test import TestResponse

from backend.api.signing import DocumentLink, Signer
from backend.erp.memory.faults import Fault
from backend.ports.erp import DocumentKind
from tests.support.api_house import ACCOUNT, DEAL, OTHER_DEAL, ApiHouse


@pytest.fixture
def document(house: ApiHouse) -> str:
    """An invoice of the deal's order; its id."""
    order_id = house.place_in_erp()
    printed = house.erp.read_orders([order_id])[0].documents
    invoice = next(one for one in printed if one.kind is DocumentKind.INVOICE)
    with house.store.write() as unit:
        return unit.documents.put(ACCOUNT, DEAL, "part-1", invoice).id


def link(house: ApiHouse, document: str, deal_id: int = DEAL) -> TestResponse:
    return house.call("POST", f"/deals/{deal_id}/documents/{document}/link", {})


def path(answer: TestResponse) -> str:
    return urlsplit(answer.get_json()["url"]).path


def test_a_link_opens_the_pdf(house: ApiHouse, document: str) -> None:
    linked = link(house, document)
    assert linked.get_json()["url"].startswith("https://wb.example/documents/")
    assert linked.get_json()["expires_at"] == "2026-11-21T09:05:00Z"
    answer = house.client.get(path(linked))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("inline; filename=")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_the_file_joins_the_deal_once(house: ApiHouse, document: str) -> None:
    for _ in range(3):
        link(house, document)
    assert house.announced("crm.attach_document") == 1


def test_the_name_of_the_file_is_kept_in_utf_8(house: ApiHouse, document: str) -> None:
    answer = house.client.get(path(link(house, document)))
    name = house.erp.fetch_document(house.reference(document)).filename
    assert f"filename*=UTF-8''{quote(name, safe='')}" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].isascii()


def test_a_link_dies_after_five_minutes(house: ApiHouse, document: str) -> None:
    linked = link(house, document)
    house.clock.advance(timedelta(minutes=5))
    answer = house.client.get(path(linked))
    assert (answer.status_code, answer.mimetype) == (410, "text/html")
    assert "Ссылка больше не действует" in answer.text


@pytest.mark.parametrize("word", ["forged", "a.b.c", "x" * 600])
def test_a_forged_link(house: ApiHouse, word: str) -> None:
    answer = house.client.get(f"/documents/{word}")
    assert (answer.status_code, answer.mimetype) == (403, "text/html")


def test_a_link_signed_with_another_key(house: ApiHouse, document: str) -> None:
    word, _ = Signer(["another"], house.clock).document_link(DocumentLink(ACCOUNT, document))
    assert house.client.get(f"/documents/{word}").status_code == 403


def test_a_link_to_another_accounts_document(house: ApiHouse, document: str) -> None:
    word, _ = house.signer.document_link(DocumentLink(ACCOUNT + 1, document))
    assert house.client.get(f"/documents/{word}").status_code == 404


@pytest.mark.parametrize("deal_id", [DEAL, OTHER_DEAL])
def test_no_link_to_what_is_not_the_deals(house: ApiHouse, document: str, deal_id: int) -> None:
    wanted = "unknown" if deal_id == DEAL else document
    answer = link(house, wanted, deal_id)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "document_not_found")


def test_a_person_who_may_not_see_the_deal_gets_no_link(house: ApiHouse, document: str) -> None:
    house.crm.hide(DEAL, 7)
    assert link(house, document).status_code == 403


def test_an_erp_that_does_not_answer_is_told_in_words(house: ApiHouse, document: str) -> None:
    linked = link(house, document)
    house.erp.script.down(Fault.UNAVAILABLE)
    answer = house.client.get(path(linked), headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Not possible right now" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
