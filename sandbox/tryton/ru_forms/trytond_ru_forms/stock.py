"""Which invoice a shipment was billed by."""

from __future__ import annotations

from trytond.model import fields
from trytond.pool import PoolMeta


class ShipmentOut(metaclass=PoolMeta):
    __name__ = "stock.shipment.out"

    ru_invoice = fields.Many2One(
        "account.invoice", "Invoice of the Shipment", readonly=True, ondelete="SET NULL",
        help="The invoice drafted when this shipment left; УПД and ТОРГ-12 state its lines and sums.",
    )
