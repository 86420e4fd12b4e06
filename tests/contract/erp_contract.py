"""What every ERP adapter must do. An adapter's author inherits `ErpContract` and gives it a `world` fixture."""

from __future__ import annotations

from tests.contract.cases.afterwards import AfterwardsCases
from tests.contract.cases.connection import ConnectionCases
from tests.contract.cases.customers import CustomerCases
from tests.contract.cases.cuts import CutCases
from tests.contract.cases.orders import OrderCases
from tests.contract.cases.prices import PriceCases
from tests.contract.cases.products import ProductCases
from tests.contract.cases.stock import StockCases


class ErpContract(
    StockCases, ProductCases, PriceCases, CustomerCases, OrderCases, CutCases, AfterwardsCases, ConnectionCases
):
    """All of it."""
