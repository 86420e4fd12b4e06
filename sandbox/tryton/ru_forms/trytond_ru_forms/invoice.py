"""Posting without the stored general print form."""

from __future__ import annotations

from typing import Any

from trytond.model import dualmethod
from trytond.pool import PoolMeta


class Invoice(metaclass=PoolMeta):
    __name__ = "account.invoice"

    @dualmethod
    def print_invoice(cls, invoices: list[Any]) -> None:  # noqa: N805 - a dualmethod takes the class
        """Store nothing at posting: the Russian forms are drawn when asked for.

        Tryton would render its own general form here, most of a second for each invoice. That form can still be
        printed; it is then rendered on demand.
        """
