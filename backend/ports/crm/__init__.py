"""What the business asks of a CRM. One Protocol and the plain data it exchanges."""

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
    "CatalogueItem",
    "Company",
    "Contact",
    "Contact",
    "CrmAccount",
    "CrmBlocked",
    "CrmDenied",
    "CrmElement",
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
    "DealLine",
    "DealUpdate",
    "LegalEntity",
    "Pipeline",
    "SetupWish",
    "Stage",
    "TaskDraft",
]
