"""Customers: finding by key, making, terms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backend.domain.customer import CustomerKey
from backend.domain.money import Money
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory, ids
from backend.erp.tryton.settings import TrytonSettings
from backend.ports.erp import Customer, CustomerDraft, CustomerTerms, ErpRefused

PARTY = "party.party"
TAX_NUMBER = "ru_vat"
PHONES = ["phone", "mobile"]
FIELDS = ("name", "identifiers.type", "identifiers.code", "contact_mechanisms.type", "contact_mechanisms.value_compact")
ZERO = Decimal(0)


class Customers:
    """Parties of one Tryton."""

    def __init__(self, client: TrytonClient, directory: Directory, settings: TrytonSettings) -> None:
        self._client = client
        self._directory = directory
        self._settings = settings

    def find(self, key: CustomerKey) -> list[Customer]:
        """By INN (narrowed by KPP where both know one), else phone, else e-mail."""
        for domain in _domains(key):
            found = [self._customer(row) for row in self._client.rows(PARTY, [domain], self._fields())]
            if found:
                return [customer for customer in found if _same_branch(customer.key, key)]
        return []

    def create(self, draft: CustomerDraft) -> Customer:
        """One call, one transaction: the party with its numbers and an address (a sale needs one)."""
        key = draft.key
        values: dict[str, object] = {"name": draft.name, "addresses": [["create", [self._address(draft.address)]]]}
        if key.inn:
            values["identifiers"] = [["create", [{"type": TAX_NUMBER, "code": key.inn}]]]
        contacts = [("phone", key.phone), ("email", key.email)]
        made = [{"type": kind, "value": value} for kind, value in contacts if value]
        if made:
            values["contact_mechanisms"] = [["create", made]]
        if key.kpp and self._keeps_kpp():
            values[self._settings.kpp_field] = key.kpp
        created = self._client.write(f"model.{PARTY}.create", [values])
        rows = self._client.rows(PARTY, [["id", "in", created]], self._fields())
        if not rows:
            raise ErpRefused("the new party cannot be read", message="")
        return self._customer(rows[0])

    def terms(self, customer_id: str) -> CustomerTerms:
        """Price list, limit and debts. Debt counts open sales too, as Tryton's own credit check does."""
        known = self._directory.fields(PARTY)
        optional = [name for name in ("sale_price_list", "credit_limit_amount", "credit_amount") if name in known]
        wanted = ids([customer_id])
        rows = self._client.rows(PARTY, [["id", "in", wanted]], optional) if wanted else []
        if not rows:
            raise ErpRefused("no such customer", message="")
        row = rows[0]
        return CustomerTerms(
            customer_id=customer_id,
            price_type_id=str(row["sale_price_list"]) if row.get("sale_price_list") else None,
            credit_limit=self._money(row.get("credit_limit_amount")),
            debt=self._money(row.get("credit_amount")),
            overdue=self._money(self._overdue(wanted[0])),
        )

    def _overdue(self, party: int) -> Decimal:
        """Open receivable lines whose date has passed, less what was paid without being matched to them."""
        domain = [
            ["party", "=", party],
            ["account.type.receivable", "=", True],
            ["reconciliation", "=", None],
            ["move.company", "=", self._directory.company().id],
            ["maturity_date", "<", self._directory.today()],
        ]
        rows = self._client.rows("account.move.line", domain, ["debit", "credit"])
        return max(sum((row["debit"] - row["credit"] for row in rows), ZERO), ZERO)

    def _money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self._directory.company().currency)

    def _keeps_kpp(self) -> bool:
        return self._settings.kpp_field in self._directory.fields(PARTY)

    def _fields(self) -> Sequence[str]:
        return [*FIELDS, *([self._settings.kpp_field] if self._keeps_kpp() else [])]

    def _address(self, text: str) -> dict[str, object]:
        """One line of text goes to the unstructured street, the only part that needs no parsing."""
        street = "street_unstructured" if "street_unstructured" in self._directory.fields("party.address") else "street"
        return {street: text} if text else {}

    def _customer(self, row: Row) -> Customer:
        numbers = [found["code"] for found in row["identifiers."] or () if found["type"] == TAX_NUMBER]
        contacts = row["contact_mechanisms."] or ()
        phones = [found["value_compact"] for found in contacts if found["type"] in PHONES]
        mails = [found["value_compact"] for found in contacts if found["type"] == "email"]
        key = CustomerKey(
            inn=_first(numbers),
            kpp=row.get(self._settings.kpp_field) or "",
            phone=_first(phones),
            email=_first(mails).lower(),
        )
        return Customer(str(row["id"]), row["name"] or "", key)


def _domains(key: CustomerKey) -> list[list[object]]:
    """The one thing to search by; an INN is never given up for a phone, which colleagues share."""
    if key.inn:
        return [["identifiers", "where", [["type", "=", TAX_NUMBER], ["code", "=", key.inn]]]]
    by_phone: list[object] = [
        "contact_mechanisms",
        "where",
        [["type", "in", PHONES], ["value_compact", "=", key.phone]],
    ]
    by_mail: list[object] = [
        "contact_mechanisms",
        "where",
        [["type", "=", "email"], ["value_compact", "ilike", key.email]],
    ]
    return [domain for domain, known in ((by_phone, key.phone), (by_mail, key.email)) if known]


def _same_branch(found: CustomerKey, wanted: CustomerKey) -> bool:
    return not (wanted.inn and wanted.kpp and found.kpp) or found.kpp == wanted.kpp


def _first(values: Sequence[str | None]) -> str:
    return next((value for value in values if value), "")
