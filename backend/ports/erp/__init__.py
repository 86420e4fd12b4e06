"""What the business asks of an ERP.

One Protocol and the plain data it exchanges; every system's adapter gives the same.
"""

from backend.ports.erp.capabilities import Capabilities, ConnectionReport, DocumentKind, MissingRight
from backend.ports.erp.customers import Customer, CustomerDraft, CustomerTerms
from backend.ports.erp.errors import (
    DocumentUnavailable,
    ErpAddressForbidden,
    ErpBusy,
    ErpDenied,
    ErpGarbled,
    ErpOutcomeUnknown,
    ErpRefused,
    ErpShortage,
    ErpSignInRefused,
    ErpUnavailable,
    ShortLine,
)
from backend.ports.erp.orders import (
    DocumentFile,
    DocumentRef,
    ErpOrder,
    ErpOrderLine,
    ErpShipment,
    OrderDraft,
    OrderDraftLine,
    OrderState,
    PaymentState,
    ShipmentState,
)
from backend.ports.erp.port import CataloguePage, ErpPort, Warehouse
from backend.ports.erp.prices import PricedLine, PriceQuote, PriceRequest, PriceRequestLine, PriceType

__all__ = [
    "Capabilities",
    "CataloguePage",
    "ConnectionReport",
    "Customer",
    "CustomerDraft",
    "CustomerTerms",
    "DocumentFile",
    "DocumentKind",
    "DocumentRef",
    "DocumentUnavailable",
    "ErpAddressForbidden",
    "ErpBusy",
    "ErpDenied",
    "ErpGarbled",
    "ErpOrder",
    "ErpOrderLine",
    "ErpOutcomeUnknown",
    "ErpPort",
    "ErpRefused",
    "ErpShipment",
    "ErpShortage",
    "ErpSignInRefused",
    "ErpUnavailable",
    "MissingRight",
    "OrderDraft",
    "OrderDraftLine",
    "OrderState",
    "PaymentState",
    "PriceQuote",
    "PriceRequest",
    "PriceRequestLine",
    "PriceType",
    "PricedLine",
    "ShipmentState",
    "ShortLine",
    "Warehouse",
]
