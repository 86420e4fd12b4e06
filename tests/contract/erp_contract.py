"""What every ERP adapter must do. An adapter's author inherits `ErpContract` and gives it a `world` fixture."""

from __future__ import annotations

from tests.contract.cases.afterwards import AfterwardsCases
from tests.contract.cases.connection import ConnectionCases
from tests.contract.cases.customers import CustomerCases
from tests.contract.cases.cuts import CutCases
from tests.contract.cases.orders import OrderCases
from tests.contract.cases.over_reserving import OverReserveCases
from tests.contract.cases.prices import PriceCases
from tests.contract.cases.products import ProductCases
from tests.contract.cases.shortage import ShortageCases
from tests.contract.cases.stock import StockCases


class _Common(
    StockCases, ProductCases, PriceCases, CustomerCases, OrderCases, CutCases, AfterwardsCases, ConnectionCases
):
    """What all have in common."""


class ErpContract(_Common, ShortageCases):
    """All of it, for an ERP that refuses what is not there."""


class OverReservingContract(_Common, OverReserveCases):
    """All of it, for an ERP that declares `over_reserves`."""
