"""Remembers which invoice bills which shipment.

Tryton links invoice lines to stock moves, but not for kits: the moves are of components, the line is of the kit.
With invoicing on fulfilment one invoice is drafted each time goods have left, so the new invoice of a sale bills
those of its shipments that left and have none yet.
"""

from __future__ import annotations

from typing import Any

from trytond.pool import Pool, PoolMeta

_LEFT = ("shipped", "done")


class Sale(metaclass=PoolMeta):
    __name__ = "sale.sale"

    @classmethod
    def _process_invoice(cls, sales: list[Any]) -> None:
        known = {sale.id: {invoice.id for invoice in sale.invoices} for sale in sales}
        super()._process_invoice(sales)
        shipment_model = Pool().get("stock.shipment.out")
        for sale in cls.browse([sale.id for sale in sales if sale.invoice_method == "fulfillment"]):
            new = [invoice for invoice in sale.invoices if invoice.id not in known[sale.id]]
            billed = [row for row in sale.shipments if row.state in _LEFT and not row.ru_invoice]
            if new and billed:
                shipment_model.write(billed, {"ru_invoice": new[-1].id})
