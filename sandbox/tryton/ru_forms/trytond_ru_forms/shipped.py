"""Finds what a shipment was invoiced by: УПД and ТОРГ-12 state the sums of that invoice."""

from __future__ import annotations

from typing import Any

_LIVE = ("draft", "validated", "posted", "paid")


def sale_lines(shipment: Any) -> list[Any]:
    """The sale lines that the shipment's moves carry out; a kit's component answers for its kit."""
    found: dict[int, Any] = {}
    for move in shipment.outgoing_moves:
        origin = move.origin
        if origin is not None and origin.__name__ == "sale.line.component":
            origin = origin.line
        if origin is not None and origin.__name__ == "sale.line":
            found[origin.id] = origin
    return list(found.values())


def invoice_of(shipment: Any) -> Any:
    """The shipment's invoice, or None before there is one (or after it was cancelled)."""
    if shipment.ru_invoice:
        return shipment.ru_invoice if shipment.ru_invoice.state in _LIVE else None
    for move in shipment.outgoing_moves:
        for line in move.invoice_lines:
            if line.invoice and line.invoice.state in _LIVE:
                return line.invoice
    return None
