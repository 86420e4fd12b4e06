"""The contract suite's world in a real Tryton, made over its own API by a user who may do everything."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from backend.domain.customer import CustomerKey
from backend.erp.http import ErpHttp
from backend.erp.network import NetworkPolicy
from backend.erp.tryton.adapter import TrytonErp
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory
from backend.erp.tryton.errors import UserQuestion
from backend.erp.tryton.settings import TrytonSettings
from backend.ports.erp import ErpPort
from tests.contract.world import Cut, Goods, exact
from tests.support.erp_proxy import Call, Proxy, Reply, Rule

READS = (".search_read", ".read", ".fields_get", ".get_preferences", ".login", ".get_access", ".version")


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class TrytonWorld:
    """`admin` may do everything; `settings` are those of the API user. The adapter talks through `proxy`."""

    def __init__(
        self, proxy: Proxy, settings: TrytonSettings, admin: TrytonSettings, limited: TrytonSettings | None
    ) -> None:
        clock = WallClock()
        policy = NetworkPolicy(allow_private=True)
        self.proxy = proxy
        self.settings = replace(settings, url=proxy.url)
        self._clock = clock
        self._http = ErpHttp(proxy.url, policy=policy)
        self._limited = limited
        self.erp: ErpPort = TrytonErp(self.settings, self._http, clock, sleep=lambda _: None)
        self._admin = TrytonClient(admin, ErpHttp(admin.url, policy=policy))
        self._directory = Directory(self._admin, clock)
        self._company = self._directory.company()
        zones = sorted(self._directory.warehouses().values(), key=lambda zone: zone.id)
        self._zones = zones
        self.warehouses = (str(zones[0].id), str(zones[1].id))

    def today(self) -> date:
        return self._directory.today()

    def goods(
        self, *, price: str = "100", vat: str = "22", stock: Mapping[str, str] | None = None, barcode: str = ""
    ) -> Goods:
        goods = self._product("goods", price, vat, [], barcode)
        for warehouse, quantity in exact(stock).items():
            self._count(goods, warehouse, quantity)
        return goods

    def kit(self, parts: Mapping[str, str], *, price: str = "500") -> Goods:
        piece = self._units()[0]
        components = [
            {"product": int(product), "quantity": float(quantity), "unit": piece} for product, quantity in parts.items()
        ]
        return self._product("kit", price, "22", components, "")

    def archive(self, product_id: str) -> None:
        self._admin.write("model.product.product.write", [int(product_id)], {"active": False})

    def delivery(self, goods: Goods, quantity: str, due: date | None, *, confirmed: bool = True) -> None:
        supplier = self._party(f"Поставщик {uuid.uuid4()}", {})
        line = {
            "type": "line", "product": int(goods.id), "quantity": float(quantity), "unit": int(goods.piece),
            "unit_price": Decimal("10"),
        }  # fmt: skip
        values = {
            "party": supplier["id"], "company": self._company.id, "currency": self._company.currency_id,
            "warehouse": int(self.warehouses[0]), "invoice_address": supplier["addresses"][0],
            "lines": [["create", [line]]],
        }  # fmt: skip
        purchase = self._admin.write("model.purchase.purchase.create", [values])
        self._press("purchase.purchase", purchase, "quote")
        if not confirmed:
            return
        self._press("purchase.purchase", purchase, "confirm")
        moves = self._rows("stock.move", [["origin.purchase", "in", purchase, "purchase.line"]], [])
        self._admin.write("model.stock.move.write", [row["id"] for row in moves], {"planned_date": due})

    def promise(self, goods: Goods, quantity: str, *, assigned: bool, due: date | None = None) -> None:
        sale = self._sale(goods, quantity, due)
        for button in ("quote", "confirm"):
            self._insist("sale.sale", sale, button)
        shipments = self._rows("sale.sale", [["id", "in", sale]], ["shipments"])[0]["shipments"]
        if due:
            # Products without a lead time get no date from the sale.
            self._admin.write("model.stock.shipment.out.write", shipments, {"planned_date": due})
        if assigned:
            self._press("stock.shipment.out", shipments, "assign_try")

    def customer(
        self, name: str, key: CustomerKey, *, price_type_id: str | None = None, limit: str | None = None
    ) -> str:
        values: dict[str, object] = {}
        if key.inn:
            values["identifiers"] = [["create", [{"type": "ru_vat", "code": key.inn}]]]
        contacts = [
            {"type": kind, "value": value} for kind, value in (("phone", key.phone), ("email", key.email)) if value
        ]
        if contacts:
            values["contact_mechanisms"] = [["create", contacts]]
        if key.kpp and "ru_kpp" in self._directory.fields("party.party"):
            values["ru_kpp"] = key.kpp
        if price_type_id:
            values["sale_price_list"] = int(price_type_id)
        # Without a limit of its own a party takes the company's default.
        values["credit_limit_amount"] = None if limit is None else Decimal(limit)
        return str(self._party(name, values)["id"])

    def price_type(self, percent: str, *, brackets: Mapping[str, str] | None = None, gross: bool = False) -> str:
        def line(share: str, start: float | None) -> dict[str, object]:
            return {"formula": f"list_price * {Decimal(share) / 100}", "quantity": start}

        lines = [
            line(share, float(start)) for start, share in sorted((brackets or {}).items(), key=lambda x: -float(x[0]))
        ]
        numbered = [{**each, "sequence": number} for number, each in enumerate([*lines, line(percent, None)], 1)]
        values: dict[str, object] = {
            "name": f"Прайс {uuid.uuid4()}",
            "company": self._company.id,
            "lines": [["create", numbered]],
        }
        values["tax_included"] = gross
        created = self._admin.write("model.product.price_list.create", [values])
        return str(created[0])

    def ship(self, order_id: str, part: Mapping[str, str] | None = None) -> None:
        shipments = self._rows("sale.sale", [["id", "=", int(order_id)]], ["shipments"])[0]["shipments"]
        rows = self._rows("stock.shipment.out", [["id", "in", shipments]], ["state", "inventory_moves"])
        ready = [row for row in rows if row["state"] == "assigned"]
        for row in ready:
            if part is not None:
                self._leave(row, exact(part))
            for button in ("pick", "pack", "ship", "do"):
                self._insist("stock.shipment.out", [row["id"]], button)

        self._post_invoices(int(order_id))

    def _post_invoices(self, sale: int) -> None:
        """As the accountant does when goods have left: УПД and ТОРГ-12 state the invoice's sums."""
        invoices = self._rows("sale.sale", [["id", "=", sale]], ["invoices"])[0]["invoices"]
        drafts = [
            row["id"]
            for row in self._rows("account.invoice", [["id", "in", invoices]], ["state"])
            if row["state"] == "draft"
        ]
        if drafts:
            self._admin.write("model.account.invoice.write", drafts, {"invoice_date": self.today()})
            self._insist("account.invoice", drafts, "post")

    def calls(self) -> int:
        return self._http.calls

    @contextmanager
    def cut(self, step: int, where: Cut) -> Iterator[None]:
        with self.proxy.ruled(_cutting(step, where)):
            yield

    def writes_to_place(self) -> int:
        return 4

    def writes_to_cancel(self) -> int:
        return 5

    def missing_rights(self) -> Sequence[str]:
        return ("orders", "invoices", "debts")

    def limited(self) -> ErpPort:
        assert self._limited is not None
        http = ErpHttp(self._limited.url, policy=NetworkPolicy(allow_private=True))
        return TrytonErp(self._limited, http, self._clock)

    def connect(self, settings: TrytonSettings) -> TrytonErp:
        """One more connection, with settings of its own."""
        http = ErpHttp(settings.url, policy=NetworkPolicy(allow_private=True))
        return TrytonErp(settings, http, self._clock, sleep=lambda _: None)

    def quotation(self, goods: Goods, quantity: str) -> None:
        """Somebody else's offer, not yet confirmed."""
        self._insist("sale.sale", self._sale(goods, quantity, None), "quote")

    def pick(self, order_id: str) -> None:
        """Carry the order's goods to the output zone."""
        shipments = self._rows("sale.sale", [["id", "=", int(order_id)]], ["shipments"])[0]["shipments"]
        self._insist("stock.shipment.out", shipments, "pick")

    def unload(self, goods: Goods, quantity: str) -> None:
        """A supplier's lorry is unloaded in the first warehouse: the goods lie in its input zone."""
        self.delivery(goods, quantity, self.today())
        moves = self._rows("stock.move", [["product", "=", int(goods.id)], ["state", "=", "draft"]], ["to_location"])
        supplier = self._party(f"Поставщик {uuid.uuid4()}", {})
        values = {
            "supplier": supplier["id"], "company": self._company.id, "warehouse": int(self.warehouses[0]),
            "warehouse_input": self._zones[0].input, "warehouse_storage": self._zones[0].storage,
            "moves": [["add", [row["id"] for row in moves]]],
        }  # fmt: skip
        shipment = self._admin.write("model.stock.shipment.in.create", [values])
        self._insist("stock.shipment.in", shipment, "receive")

    def transfer(self, goods: Goods, quantity: str, day: date) -> None:
        """Goods to be carried from the first warehouse to the second, waiting to leave."""
        source, target = self._zones[0].storage, self._zones[1].storage
        move = {
            "product": int(goods.id), "quantity": float(quantity), "unit": int(goods.piece),
            "company": self._company.id, "from_location": source, "to_location": target,
        }  # fmt: skip
        values = {
            "from_location": source, "to_location": target, "company": self._company.id, "planned_date": day,
            "planned_start_date": day, "moves": [["create", [move]]],
        }  # fmt: skip
        shipment = self._admin.write("model.stock.shipment.internal.create", [values])
        self._insist("stock.shipment.internal", shipment, "wait")

    def _leave(self, row: Row, part: Mapping[str, Decimal]) -> None:
        """Back to waiting, and only so much of each product stays; the rest becomes a shipment of its own."""
        moves = self._rows("stock.move", [["id", "in", row["inventory_moves"]]], ["product", "quantity"])
        self._press("stock.shipment.out", [row["id"]], "wait")
        moves = self._rows(
            "stock.move",
            [["shipment", "=", f"stock.shipment.out,{row['id']}"], ["origin", "like", "stock.move,%"]],
            ["product", "quantity"],
        )
        for move in moves:
            wanted = part.get(str(move["product"]), Decimal(0))
            self._admin.write("model.stock.move.write", [move["id"]], {"quantity": float(wanted)})
        self._press("stock.shipment.out", [row["id"]], "assign_try")

    def _sale(self, goods: Goods, quantity: str, due: date | None) -> list[int]:
        party = self._party(f"Другой покупатель {uuid.uuid4()}", {})
        line = {
            "type": "line", "product": int(goods.id), "quantity": float(quantity), "unit": int(goods.piece),
            "unit_price": Decimal("1"),
        }  # fmt: skip
        values = {
            "party": party["id"], "company": self._company.id, "currency": self._company.currency_id,
            "warehouse": int(self.warehouses[0]), "invoice_address": party["addresses"][0],
            "shipment_address": party["addresses"][0], "shipping_date": due, "lines": [["create", [line]]],
        }  # fmt: skip
        return list(self._admin.write("model.sale.sale.create", [values]))

    def _product(
        self, kind: str, price: str, vat: str, components: Sequence[Mapping[str, object]], barcode: str
    ) -> Goods:
        sku = f"T-{uuid.uuid4().hex[:10].upper()}"
        piece, pack = self._units()
        product: dict[str, object] = {"suffix_code": sku}
        if barcode:
            product["identifiers"] = [["create", [{"type": None, "code": barcode}]]]
        values: dict[str, Any] = {
            "name": f"Товар {sku}", "type": kind, "default_uom": piece, "sale_uom": piece, "purchase_uom": piece,
            "salable": True, "purchasable": kind == "goods", "list_price": Decimal(price),
            "account_category": self._category(Decimal(vat)), "cost_price_method": "fixed",
            "products": [["create", [product]]],
        }  # fmt: skip
        if components:
            values["components"] = [["create", list(components)]]
        template = self._admin.write("model.product.template.create", [values])
        row = self._rows("product.product", [["template", "in", template]], ["code", "name"])[0]
        return Goods(str(row["id"]), row["code"], row["name"], str(piece), str(pack), barcode)

    def _units(self) -> tuple[int, int]:
        units = self._directory.units()
        for unit in units.values():
            if unit.factor == 1 and unit.rounding == 1 and unit.symbol == "шт":
                packs = [each for each in units.values() if each.category == unit.category and each.factor == 10]
                return unit.id, packs[0].id
        raise AssertionError("no piece with a pack of ten")

    def _category(self, percent: Decimal) -> int:
        taxes = self._directory.taxes()
        for category in self._directory.categories().values():
            rates = [taxes[tax].rate * 100 for tax in category["customer_taxes_used"] or ()]
            if category["accounting"] and sum(rates) == percent and (rates or percent == 0):
                return int(category["id"])
        raise AssertionError(f"no accounting category with {percent} %")

    def _count(self, goods: Goods, warehouse: str, quantity: Decimal) -> None:
        zone = next(zone for zone in self._zones if str(zone.id) == warehouse)
        values = {
            "location": zone.storage, "company": self._company.id, "date": self.today(), "empty_quantity": "keep",
            "lines": [["create", [{"product": int(goods.id), "quantity": float(quantity)}]]],
        }  # fmt: skip
        inventory = self._admin.write("model.stock.inventory.create", [values])
        self._insist("stock.inventory", inventory, "confirm")

    def _party(self, name: str, values: Mapping[str, object]) -> Row:
        whole = {"name": name, "addresses": [["create", [{}]]], **values}
        created = self._admin.write("model.party.party.create", [whole])
        return self._rows("party.party", [["id", "in", created]], ["addresses"])[0]

    def _press(self, model: str, records: Sequence[int], button: str) -> None:
        self._admin.write(f"model.{model}.{button}", list(records))

    def _insist(self, model: str, records: Sequence[int], button: str) -> None:
        """Press and answer every warning with yes, as a person of the warehouse would."""
        for _ in range(20):
            try:
                return self._press(model, records, button)
            except UserQuestion as question:
                self._admin.write("model.res.user.warning.skip", question.name, False)
        return self._press(model, records, button)

    def _rows(self, model: str, domain: Sequence[object], fields: Sequence[str]) -> list[Row]:
        return self._admin.rows(model, domain, fields)


def _cutting(step: int, where: Cut) -> Rule:
    lock = threading.Lock()
    count = 0

    def rule(call: Call, forward: Any) -> Reply:
        nonlocal count
        if call.method.endswith(READS):
            return forward()
        with lock:
            count += 1
            hit = count == step
        if hit and where is Cut.AFTER_DOING:
            forward()
        return Reply(drop=True) if hit else forward()

    return rule
