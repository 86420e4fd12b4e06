"""amoCRM's odd types as the port's plain ones."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.amocrm.deal_reader import element_of
from backend.amocrm.directory import ProductFields
from backend.amocrm.marker import SIGNS, carries, mark_of, marked, unmarked
from backend.amocrm.people import RequisiteFields, company_of, contact_of
from backend.amocrm.values import exact, json_number
from backend.domain.errors import Invalid
from backend.ports.crm import CrmGarbled, LegalEntity

NO_FIELDS = RequisiteFields()


def field(values: list[Any], *, code: str | None = None, number: int = 1, kind: str = "text") -> dict[str, Any]:
    rows = [v if isinstance(v, dict) and "value" in v else {"value": v} for v in values]
    return {"field_id": number, "field_code": code, "field_type": kind, "values": rows}


def company(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"id": 1, "name": "ООО Ромашка", "custom_fields_values": list(fields) or None}


def legal(**value: Any) -> dict[str, Any]:
    return field([{"value": value}], kind="legal_entity", number=25)


def test_a_company_without_filled_fields() -> None:
    found = company_of(company(), NO_FIELDS)
    assert (found.legal, list(found.phones), list(found.emails), found.address) == (None, [], [], "")


@pytest.mark.parametrize("inn", ["7707083893", 7707083893, " 7707083893 "])
def test_an_inn_may_be_text_or_a_number(inn: object) -> None:
    found = company_of(company(legal(name="ООО", vat_id=inn, kpp="770701001", address="Москва")), NO_FIELDS)
    assert found.legal == LegalEntity("ООО", "7707083893", "770701001", "Москва")


def test_the_legal_entity_with_an_inn_counts() -> None:
    found = company_of(company(legal(name="старое"), legal(name="новое", vat_id="1")), NO_FIELDS)
    assert found.legal is not None
    assert found.legal.name == "новое"


def test_requisites_may_stand_in_plain_fields_of_the_account() -> None:
    fields = RequisiteFields(inn=(40, 41), kpp=(42,))
    found = company_of(company(field(["770"], number=41), field([771], number=42)), fields)
    assert found.legal == LegalEntity("", "770", "771", "")


def test_plain_fields_complete_a_legal_entity_without_an_inn() -> None:
    found = company_of(company(legal(name="ООО", vat_id=None), field(["770"], number=40)), RequisiteFields(inn=(40,)))
    assert found.legal == LegalEntity("ООО", "770", "", "")


@pytest.mark.parametrize("key", ["enum_code", "enum"])
def test_faxes_are_no_phones_however_the_kind_is_written(key: str) -> None:
    phones = field([{"value": "+7495", key: "FAX"}, {"value": "+7916", key: "MOB"}], code="PHONE", kind="multitext")
    assert list(contact_of(company(phones), NO_FIELDS).phones) == ["+7916"]


def test_an_address_in_parts_is_joined() -> None:
    address = field(
        [{"value": "Москва", "enum_code": "city"}, {"value": "Лесная, 5"}], code="ADDRESS", kind="smart_address"
    )
    assert company_of(company(address), NO_FIELDS).address == "Москва, Лесная, 5"


@pytest.mark.parametrize(
    "junk", [5, "x", [None], [{"field_id": 1}], [{"field_id": 1, "values": None}], [{"values": [3]}]]
)
def test_junk_in_field_values_is_passed_over(junk: object) -> None:
    assert company_of({"id": 1, "name": "x", "custom_fields_values": junk}, NO_FIELDS).legal is None


def test_an_entity_without_an_id_is_garbled() -> None:
    with pytest.raises(CrmGarbled):
        company_of({"name": "x"}, NO_FIELDS)


def test_an_element_by_codes_and_by_the_ids_of_the_set_up() -> None:
    raw = company(field(["VVG"], code="SKU"), field(["120.50"], code="PRICE"), field(["erp-7"], number=77))
    found = element_of(raw, ProductFields(external_id=77))
    assert (found.sku, found.external_id, found.price) == ("VVG", "erp-7", Decimal("120.50"))


@pytest.mark.parametrize("price", ["", "дорого", "NaN", "1,5", None])
def test_a_price_that_is_no_number_is_none(price: object) -> None:
    assert element_of(company(field([price], code="PRICE")), ProductFields()).price is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=10**9))
def test_a_quantity_survives_the_way_there_and_back(number: Decimal) -> None:
    wire = json.dumps({"quantity": json_number(number)})
    assert exact(json.loads(wire, parse_float=Decimal)["quantity"]) == number


def test_a_number_that_a_double_cannot_carry_is_refused() -> None:
    with pytest.raises(Invalid):
        json_number(Decimal("0.12345678901234567890123"))


@given(st.text(max_size=50), st.text(max_size=50))
def test_a_mark_is_found_by_its_key_alone_and_not_seen(text: str, key: str) -> None:
    found = marked(text, key)
    assert carries(found, key)
    assert not carries(found, key + "x")
    assert unmarked(found) == text.rstrip(SIGNS)
    assert len(mark_of(key)) == 24
