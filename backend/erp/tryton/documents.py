"""Print forms: which there are of an order, and their PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.domain.money import Money
from backend.erp.tryton import wire
from backend.erp.tryton.client import Row, TrytonClient
from backend.erp.tryton.directory import Directory
from backend.erp.tryton.settings import SALE, SHIPMENT, PrintForm, TrytonSettings
from backend.erp.tryton.taxes import TaxableLine
from backend.ports.erp import DocumentFile, DocumentKind, DocumentRef, DocumentUnavailable, ErpRefused

ZERO = Decimal(0)
MAGIC = b"%PDF-"
PRINTED = frozenset({"quotation", "confirmed", "processing", "done"})
TotalOf = Callable[[Sequence[TaxableLine]], Decimal]


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale with what belongs to it: its lines, shipments, outgoing moves by origin, and whether it was invoiced."""

    sale: Row
    lines: Sequence[Row]
    shipments: Sequence[Row]
    moves: Mapping[str, list[Row]]
    invoiced: bool


class Documents:
    """Print forms of one connection."""

    def __init__(self, client: TrytonClient, directory: Directory, settings: TrytonSettings) -> None:
        self._client = client
        self._directory = directory
        self._settings = settings
        self._known = settings.forms

    @property
    def known(self) -> Mapping[DocumentKind, PrintForm]:
        """The forms the server was last seen to have; all that were set before it was asked."""
        return self._known

    def forms(self) -> Mapping[DocumentKind, PrintForm]:
        """The forms the server has; it is asked now and then."""
        there = self._directory.print_forms(sorted(form.report for form in self._settings.forms.values()))
        self._known = {kind: form for kind, form in self._settings.forms.items() if (form.report, form.model) in there}
        return self._known

    def of(self, sold: Sold, total: TotalOf) -> Iterable[DocumentRef]:
        """The счёт as soon as the sale has a number; УПД and ТОРГ-12 of every shipment that was done (and invoiced,
        where the form says so)."""
        for kind, form in self.forms().items():
            if form.model == SALE and sold.sale["state"] in PRINTED and sold.sale["number"]:
                yield self._of_sale(kind, sold)
            if form.model == SHIPMENT and (sold.invoiced or not form.of_invoice):
                for row in sold.shipments:
                    if row["state"] == "done":
                        yield self._of_shipment(kind, sold, row, total)

    def fetch(self, ref: DocumentRef) -> DocumentFile:
        """Print it. DocumentUnavailable for anything but a PDF within the size limit."""
        form = self.forms().get(ref.kind)
        record = ref.id.rpartition(",")[2]
        if form is None or not record.isdigit():
            raise DocumentUnavailable("no such form", reason="no_form")
        try:
            printed = self._client.read(
                f"report.{form.report}.execute", [int(record)], {"ids": [int(record)], "id": int(record)}
            )
        except ErpRefused as error:
            raise DocumentUnavailable("not printed", reason="refused", **error.data) from error
        return DocumentFile(ref, _filename(printed, ref), self._content(printed))

    def _content(self, printed: object) -> bytes:
        if not isinstance(printed, list) or len(printed) < 2 or not isinstance(printed[1], bytes):
            raise DocumentUnavailable("no file in the answer", reason="no_file")
        extension, content = printed[0], printed[1]
        if extension != "pdf" or not content.startswith(MAGIC):
            # A failed conversion comes back as ODT, without any error.
            raise DocumentUnavailable(f"{extension} instead of PDF", reason="not_pdf")
        if len(content) > self._settings.document_limit:
            raise DocumentUnavailable("too large", reason="too_large")
        return content

    def _of_sale(self, kind: DocumentKind, sold: Sold) -> DocumentRef:
        sale = sold.sale
        content = [
            (row["product"], row["quantity"], row["unit"], row["unit_price"], row["taxes"]) for row in sold.lines
        ]
        issued = sale["quotation_date"] or sale["sale_date"]
        total = sale["total_amount"]
        version = _version(sale["number"], issued, sale["party"], total, content)
        return DocumentRef(f"{kind}:{SALE},{sale['id']}", kind, sale["number"], issued, self._money(total), version)

    def _of_shipment(self, kind: DocumentKind, sold: Sold, shipment: Row, total: TotalOf) -> DocumentRef:
        name = f"{SHIPMENT},{shipment['id']}"
        taxes = {f"sale.line,{row['id']}": tuple(row["taxes"] or ()) for row in sold.lines}
        shipped = [(origin, move) for origin, found in sold.moves.items() for move in found if move["shipment"] == name]
        content = sorted((move["product"], wire.quantity(move["quantity"]), move["unit_price"]) for _, move in shipped)
        # Components of a kit have no taxes of their own to be told here: then the sum is left to the form.
        known = all(origin in taxes for origin, _ in shipped)
        sums = [
            TaxableLine(taxes[origin], move["unit_price"] or ZERO, wire.quantity(move["quantity"]))
            for origin, move in shipped
            if known
        ]
        version = _version(shipment["number"], shipment["effective_date"], sold.sale["party"], content)
        return DocumentRef(
            id=f"{kind}:{name}",
            kind=kind,
            number=shipment["number"] or "",
            issued=shipment["effective_date"],
            total=self._money(total(sums)) if known else None,
            version=version,
        )

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self._directory.company().currency)


def _version(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _filename(printed: object, ref: DocumentRef) -> str:
    given = printed[3] if isinstance(printed, list) and len(printed) > 3 else ""
    name = str(given or ref.number)
    return "".join("-" if sign in "/\\:" or not sign.isprintable() else sign for sign in name) + ".pdf"
