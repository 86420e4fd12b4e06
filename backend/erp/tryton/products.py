"""Products: units, kits, VAT, and the three ways they are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from backend.domain.quantity import Unit
from backend.domain.stock import Component, Product, ProductKind
from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory, TrytonUnit, ids
from backend.erp.tryton.taxes import TaxTable
from backend.ports.erp import CataloguePage, ErpGarbled

MODEL = "product.product"
FIELDS = (
    "code", "name", "type", "active", "default_uom", "sale_uom", "categories", "account_category",
    "list_price_used", "identifiers.code",
)  # fmt: skip
SEARCHED = ("name", "code", "identifiers.code")
KIT_FIELDS = ("components", "template.components")
KINDS = {"kit": ProductKind.KIT, "service": ProductKind.SERVICE}
SALABLE = ["salable", "=", True]


class Products:
    """Reads products. One call for the products, one for kits' components, one for products only kits named."""

    def __init__(self, client: TrytonClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    def by(self, *, product_ids: Sequence[str] = (), skus: Sequence[str] = ()) -> list[Product]:
        """These products by id or exact SKU, archived ones too, and the components of kits among them."""
        wanted: list[object] = ["OR", ["id", "in", ids(product_ids)], ["code", "in", list(dict.fromkeys(skus))]]
        if not product_ids and not skus:
            return []
        return self._with_components(self._rows([wanted], archived=True))

    def search(self, text: str, limit: int) -> list[Product]:
        """Active salable products; an exact SKU or barcode first, then names that begin with the text."""
        words = text.strip()
        if not words or limit <= 0:
            return []
        likes = [f"%{_escaped(form)}%" for form in _letter_cases(words)]
        any_of = ["OR", *([field, "ilike", like] for field in SEARCHED for like in likes)]
        exact = ["OR", ["code", "ilike", _escaped(words)], ["identifiers.code", "=", words]]
        rows = self._rows([any_of, SALABLE], limit=limit)
        if len(rows) == limit:
            # More match than were asked for: the exact one must not be among those left out.
            rows = _merged(self._rows([exact, SALABLE], limit=limit), rows)
        ranked = sorted(rows, key=lambda row: _rank(row, words))[:limit]
        return self._with_components(ranked, only=True)

    def page(self, cursor: str | None, limit: int) -> CataloguePage:
        """Salable products by id, archived ones too. The cursor is the last id of the page before."""
        after = ids([cursor or "0"])
        if not after:
            return CataloguePage((), None)
        rows = self._rows([["id", ">", after[0]], SALABLE], limit=limit, order=[("id", "ASC")], archived=True)
        more = str(rows[-1]["id"]) if len(rows) == limit else None
        return CataloguePage(self._with_components(rows, only=True), more)

    def _rows(
        self,
        domain: Sequence[object],
        *,
        limit: int | None = None,
        order: Sequence[tuple[str, str]] | None = None,
        archived: bool = False,
    ) -> list[Row]:
        kit_fields = KIT_FIELDS if "components" in self._directory.fields(MODEL) else ()
        return self._client.rows(MODEL, domain, [*FIELDS, *kit_fields], limit=limit, order=order, archived=archived)

    def _with_components(self, rows: Sequence[Row], *, only: bool = False) -> list[Product]:
        kits = {row["id"]: _component_ids(row) for row in rows if row["type"] == "kit"}
        wanted = [component for found in kits.values() for component in found]
        parts = self._components(wanted) if wanted else {}
        known = {row["id"] for row in rows}
        named = {part["product"] for part in parts.values()} - known
        extra = self._rows([["id", "in", sorted(named)]], archived=True) if named and not only else []
        return [self._product(row, [parts[part] for part in kits.get(row["id"], ())]) for row in [*rows, *extra]]

    def _components(self, component_ids: Sequence[int]) -> Mapping[int, Row]:
        fields = ["product", "quantity", "unit", "product.default_uom"]
        rows = self._client.rows("product.component", [["id", "in", list(component_ids)]], fields)
        found = {row["id"]: row for row in rows}
        if found.keys() != set(component_ids):
            raise ErpGarbled("a kit's components are not all readable")
        return found

    def _product(self, row: Row, parts: Iterable[Row]) -> Product:
        units = self._directory.units()
        base = units[row["default_uom"]]
        sale = row["sale_uom"] or row["default_uom"]
        return Product(
            id=str(row["id"]),
            sku=row["code"] or "",
            name=row["name"] or "",
            units=self._units(base, units, sale),
            sale_unit_id=str(sale),
            kind=KINDS.get(row["type"], ProductKind.GOODS),
            components=tuple(self._component(part) for part in parts),
            barcodes=tuple(found["code"] for found in row["identifiers."] or () if found.get("code")),
            group=self._group(row),
            vat_rate=self.vat_rate(row["account_category"]),
            list_price=row["list_price_used"],
            active=bool(row["active"]),
        )

    def vat_rate(self, category: int | None) -> Decimal | None:
        """Percent of the category's customer taxes; None = without VAT."""
        return self.tax_table().percent(self.taxes(category))

    def taxes(self, category: int | None) -> tuple[int, ...]:
        """Ids of the customer taxes of products of this accounting category."""
        found = self._directory.categories().get(category) if category else None
        return tuple(found["customer_taxes_used"] or ()) if found else ()

    def tax_table(self) -> TaxTable:
        """The taxes valid today."""
        company = self._directory.company()
        rounding = self._directory.tax_rounding()
        return TaxTable(self._directory.taxes(), rounding, company.rounding, self._directory.today())

    def _component(self, part: Row) -> Component:
        units = self._directory.units()
        base = units[part["product."]["default_uom"]]
        quantity = wire.quantity(part["quantity"]) * ratio(units[part["unit"]], base)
        return Component(str(part["product"]), quantity)

    def _units(self, base: TrytonUnit, units: Mapping[int, TrytonUnit], sale: int) -> tuple[Unit, ...]:
        """The base unit first, then the others it converts to, smallest first."""
        others = [
            unit
            for unit in units.values()
            if unit.category == base.category and unit.id != base.id and (unit.active or unit.id == sale)
        ]
        found = [base, *sorted(others, key=lambda unit: (ratio(unit, base), unit.id))]
        return tuple(Unit(str(unit.id), unit.symbol, ratio(unit, base), unit.rounding) for unit in found)

    def _group(self, row: Row) -> str:
        categories = self._directory.categories()
        names = [categories[found]["name"] for found in row["categories"] or () if found in categories]
        return str(names[0]) if names else ""


def ratio(unit: TrytonUnit, base: TrytonUnit) -> Decimal:
    """Base units in one `unit`, from whichever of factor and rate is exact (Tryton's choice: fewer decimals)."""
    if unit.id == base.id:
        return Decimal(1)
    up = unit.factor if _factor_is_exact(unit) else 1 / unit.rate
    down = base.factor if _factor_is_exact(base) else 1 / base.rate
    return wire.quantity(up / down)


def _factor_is_exact(unit: TrytonUnit) -> bool:
    def decimals(value: Decimal) -> int:
        exponent = value.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    return decimals(unit.factor) <= decimals(unit.rate)


def _component_ids(row: Row) -> tuple[int, ...]:
    """A variant's own components replace its template's."""
    return tuple(row.get("components") or (row.get("template.") or {}).get("components") or ())


def _rank(row: Row, words: str) -> tuple[int, str]:
    wanted = words.casefold()
    codes = [row["code"] or "", *(found["code"] or "" for found in row["identifiers."] or ())]
    if any(code.casefold() == wanted for code in codes):
        return (0, row["code"] or "")
    starts = (row["name"] or "").casefold().startswith(wanted) or codes[0].casefold().startswith(wanted)
    return (1 if starts else 2, row["name"] or "")


def _merged(first: Sequence[Row], second: Sequence[Row]) -> list[Row]:
    return list({row["id"]: row for row in [*first, *second]}.values())


def _letter_cases(words: str) -> list[str]:
    """SQLite, which small Trytons run on, knows no case but Latin's: ask for the usual spellings as well."""
    return list(dict.fromkeys([words, words.lower(), words.upper(), words.capitalize()]))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
