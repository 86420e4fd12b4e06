"""Placing an order: search by key, create, quote, confirm, reserve. Every step looks at the state first, so that an
order cut short anywhere is finished by the next call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory, ids
from backend.erp.tryton.errors import UserQuestion, UserRefusal
from backend.erp.tryton.products import Products
from backend.erp.tryton.reserve import Reserve
from backend.erp.tryton.shortage import Shortage
from backend.erp.tryton.undo import Undo
from backend.ports.erp import ErpGarbled, ErpRefused, OrderDraft, OrderDraftLine

SALE = "sale.sale"
NEXT_STEP = {"draft": "quote", "quotation": "confirm", "confirmed": "process"}
MOST_WARNINGS = 500


class Placing:
    """Makes sales in one Tryton."""

    def __init__(
        self,
        client: TrytonClient,
        directory: Directory,
        *,
        products: Products,
        reserve: Reserve,
        shortage: Shortage,
        undo: Undo,
    ) -> None:
        self._client = client
        self._directory = directory
        self._products = products
        self._reserve = reserve
        self._shortage = shortage
        self._undo = undo

    def place(self, draft: OrderDraft) -> int:
        """The sale's id, reserved as far as it was promised. One that was cancelled is not brought back to life."""
        found = self._existing(draft.key)
        sale = found["id"] if found else self._create(draft)
        if found and self._reserve.taken(sale):
            # Made before; what people in the ERP have done with it since is theirs.
            return int(sale)
        try:
            while self._step(sale, draft):
                pass
            self._reserve.take(sale, draft)
        except ErpRefused:
            self._undo.leave_nothing(sale, draft.key)
            raise
        return int(sale)

    def _existing(self, key: str) -> Row | None:
        domain = [["reference", "=", key], ["company", "=", self._directory.company().id]]
        rows = self._client.rows(SALE, domain, ["state"], order=[("id", "ASC")])
        living = [row for row in rows if row["state"] != "cancelled"]
        return next(iter([*living, *rows]), None)

    def _state(self, sale: int) -> str:
        rows = self._client.rows(SALE, [["id", "=", sale]], ["state"])
        if not rows:
            raise ErpGarbled("the sale is gone")
        return str(rows[0]["state"])

    def _step(self, sale: int, draft: OrderDraft) -> bool:
        """One button further, False when there is none left. Shortage is told apart from other refusals by the
        figures, not by wording."""
        try:
            return self._answering(lambda: self._press(sale), sale, draft)
        except (UserRefusal, UserQuestion) as refusal:
            self._shortage.raise_if_short(sale, draft, refusal)
            raise

    def _press(self, sale: int) -> bool:
        def press() -> bool:
            button = NEXT_STEP.get(self._state(sale))
            if button:
                self._client.write(f"model.{SALE}.{button}", [sale])
            return button is not None

        return self._client.patiently(press)

    def _answering(self, press: Callable[[], bool], sale: int, draft: OrderDraft) -> bool:
        """Press, answering Tryton's warnings about stock and credit with yes where a supervisor allowed just that, and
        about stock also where every line is covered by its own day: Tryton looks at today for products without a lead
        time. No other warning is answered: a person must see it."""
        for _ in range(MOST_WARNINGS):
            try:
                return press()
            except UserQuestion as warning:
                if not self._may_answer(warning, sale, draft):
                    raise
                self._client.write("model.res.user.warning.skip", warning.name, False)
        return press()

    def _may_answer(self, warning: UserQuestion, sale: int, draft: OrderDraft) -> bool:
        if warning.about_credit:
            return draft.allow_over_credit
        return warning.about_stock and (draft.allow_shortage or self._covered_later(sale, draft))

    def _covered_later(self, sale: int, draft: OrderDraft) -> bool:
        return self._latest(draft) is not None and not self._shortage.lines(sale, draft)

    def _create(self, draft: OrderDraft) -> int:
        party = self._party(draft)
        address = self._address(party, draft.address)
        values: dict[str, object] = {
            "party": party["id"],
            "company": self._directory.company().id,
            "currency": self._directory.company().currency_id,
            "warehouse": _one(draft.warehouse_id, "warehouse"),
            "invoice_address": (party["addresses"] or [address])[0],
            "shipment_address": address,
            "payment_term": party["customer_payment_term"],
            "reference": draft.key,
            "comment": draft.comment or None,
            "shipping_date": self._latest(draft),
            "lines": [["create", self._lines(draft)]],
        }
        if "price_list" in self._directory.fields(SALE):
            values["price_list"] = _one(draft.price_type_id, "price list") if draft.price_type_id else None
        created = self._client.write(f"model.{SALE}.create", [values])
        return int(created[0])

    def _party(self, draft: OrderDraft) -> Row:
        fields = ["addresses", "customer_payment_term", "customer_tax_rule"]
        rows = self._client.rows("party.party", [["id", "=", _one(draft.customer_id, "customer")]], fields)
        if not rows:
            raise ErpRefused("no such customer", message="")
        if rows[0]["customer_tax_rule"]:
            raise ErpRefused("customers with a tax rule of their own are not supported", message="")
        return rows[0]

    def _address(self, party: Row, text: str) -> int:
        """The party's address that reads so, made when there is none; its first one when nothing is said."""
        addresses = party["addresses"] or []
        if not text and addresses:
            return int(addresses[0])
        known = self._directory.fields("party.address")
        street = "street_unstructured" if "street_unstructured" in known else "street"
        domain = [["party", "=", party["id"]], [street, "=", text or None]]
        rows = self._client.rows("party.address", domain, ["party"])
        if rows:
            return int(rows[0]["id"])
        created = self._client.write("model.party.address.create", [{"party": party["id"], street: text or None}])
        return int(created[0])

    def _latest(self, draft: OrderDraft) -> date | None:
        """Tryton knows one date for a sale and checks stock for it; `Reserve` gives each shipment its own."""
        days = [line.ship_on for line in draft.lines if line.ship_on]
        latest = max(days, default=None)
        return latest if latest and latest > self._directory.today() else None

    def _lines(self, draft: OrderDraft) -> list[Mapping[str, object]]:
        wanted = ids([line.product_id for line in draft.lines])
        domain = [["id", "in", wanted]]
        rows = self._client.rows("product.product", domain, ["account_category"])
        taxes = {str(row["id"]): self._products.taxes(row["account_category"]) for row in rows}
        missing = [line.product_id for line in draft.lines if line.product_id not in taxes]
        if missing:
            raise ErpRefused("unknown or archived products", message="", products=missing)
        return [_line(line, taxes[line.product_id], number) for number, line in enumerate(draft.lines, 1)]


def _line(line: OrderDraftLine, taxes: Sequence[int], number: int) -> Mapping[str, object]:
    return {
        "type": "line",
        "sequence": number,
        "product": _one(line.product_id, "product"),
        "quantity": wire.number(line.quantity),
        "unit": _one(line.unit_id, "unit"),
        "unit_price": Decimal(line.unit_price.amount),
        "taxes": [["add", list(taxes)]],
        "note": line.key,
    }


def _one(text: str, what: str) -> int:
    found = ids([text])
    if not found:
        raise ErpRefused(f"no such {what}", message="")
    return found[0]
