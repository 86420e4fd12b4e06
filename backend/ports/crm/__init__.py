"""What the business asks of a CRM. One Protocol and the plain data it exchanges."""

from backend.ports.crm.connect import CrmConnector, Grant, InstallRequest
from backend.ports.crm.deals import Company, Contact, CrmElement, Deal, DealLine, LegalEntity
from backend.ports.crm.errors import (
    CrmBlocked,
    CrmDenied,
    CrmGarbled,
    CrmOutcomeUnknown,
    CrmPaymentRequired,
    CrmReauthorise,
    CrmRefused,
    CrmThrottled,
    CrmUnavailable,
)
from backend.ports.crm.exchange import CrmExchange, ExchangeSink
from backend.ports.crm.glances import Basket, DealGlance, DealHint, DealMove, HookState
from backend.ports.crm.identity import (
    TokenAccountUnknown,
    TokenExpired,
    TokenForeign,
    TokenInvalid,
    TokenMissing,
    WidgetIdentity,
    WidgetTokenError,
    WidgetTokens,
)
from backend.ports.crm.port import CrmPort
from backend.ports.crm.setup import (
    CatalogueItem,
    CrmAccount,
    CrmSetup,
    CrmUser,
    DealField,
    Pipeline,
    SetupWish,
    Stage,
)
from backend.ports.crm.writes import CrmFile, DealUpdate, TaskDraft

__all__ = [
    "Basket",
    "CatalogueItem",
    "Company",
    "Contact",
    "CrmAccount",
    "CrmBlocked",
    "CrmConnector",
    "CrmDenied",
    "CrmElement",
    "CrmExchange",
    "CrmFile",
    "CrmGarbled",
    "CrmOutcomeUnknown",
    "CrmPaymentRequired",
    "CrmPort",
    "CrmReauthorise",
    "CrmRefused",
    "CrmSetup",
    "CrmThrottled",
    "CrmUnavailable",
    "CrmUser",
    "Deal",
    "DealField",
    "DealGlance",
    "DealHint",
    "DealLine",
    "DealMove",
    "DealUpdate",
    "ExchangeSink",
    "Grant",
    "HookState",
    "InstallRequest",
    "LegalEntity",
    "Pipeline",
    "SetupWish",
    "Stage",
    "TaskDraft",
    "TokenAccountUnknown",
    "TokenExpired",
    "TokenForeign",
    "TokenInvalid",
    "TokenMissing",
    "WidgetIdentity",
    "WidgetTokenError",
    "WidgetTokens",
]
