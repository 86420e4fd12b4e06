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
    """The shipment's invoice, or None before there is one."""
    for move in shipment.outgoing_moves:
        for line in move.invoice_lines:
            if line.invoice and line.invoice.state in _LIVE:
                return line.invoice
    return _invoice_of_kits(shipment)


def _invoice_of_kits(shipment: Any) -> Any:
    """Moves of components carry no invoice line: take the kit's, when one invoice alone has it."""
    invoices = {
        line.invoice.id: line.invoice
        for sale_line in sale_lines(shipment)
        for line in sale_line.invoice_lines
        if line.invoice and line.invoice.state in _LIVE
    }
    return next(iter(invoices.values())) if len(invoices) == 1 else None
