"""The layouts bear what real documents throw at them."""

from __future__ import annotations

import unittest
from datetime import date
from decimal import Decimal

from trytond_ru_forms.forms import facts, schet, torg12, upd

_SELLER = facts.Party(name="ООО «Продавец»", inn="7708123450", kpp="770801001", address="Москва", okpo="58213640")
_PERSON = facts.Party(name="Орлова Мария Сергеевна")
_RATES = (Decimal("0.22"), Decimal("0.10"), None)


def _line(number: int, name: str) -> facts.Line:
    rate = _RATES[number % 3]
    net = Decimal("1394.26")
    vat = (net * (rate or 0)).quantize(Decimal("0.01"))
    return facts.Line(sku=f"SKU-{number}", name=name, quantity=Decimal(10), unit="шт", okei="796",
                      price=Decimal("139.43"), net=net, vat_rate=rate, vat=vat)


def document(count: int, *, name: str = "Розетка") -> facts.Document:
    """A document of so many lines of all three VAT kinds."""
    return facts.Document(
        number="1", day=date(2026, 11, 21), seller=_SELLER, buyer=_PERSON, signers=facts.Signers(),
        lines=tuple(_line(number, name) for number in range(count)), consignor=_SELLER, consignee=_PERSON,
    )


class Layouts(unittest.TestCase):
    """Every form at every size."""

    def test_any_number_of_lines_and_any_length_of_name(self) -> None:
        awkward = ["", "<b>&amp;", "Щ" * 300, "слово " * 60]
        for layout in (schet, upd, torg12):
            for count in (1, 7, 60):
                assert layout.render(document(count)).startswith(b"%PDF-")
            for name in awkward:
                assert layout.render(document(2, name=name)).startswith(b"%PDF-")

    def test_the_same_document_is_the_same_file(self) -> None:
        for layout in (schet, upd, torg12):
            assert layout.render(document(3)) == layout.render(document(3))

    def test_same_facts_give_the_same_sums(self) -> None:
        made = document(3)
        assert made.gross == made.net + made.vat
        assert [rate for rate, _ in made.vat_by_rate()] == ["22%", "10%"]
        assert sum(vat for _, vat in made.vat_by_rate()) == made.vat

    def test_inn_and_kpp_of_those_who_have_none(self) -> None:
        assert _PERSON.inn_kpp == ""
        assert facts.Party(name="ИП", inn="771405678946").inn_kpp == "771405678946"
