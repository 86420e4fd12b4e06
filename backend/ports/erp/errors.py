"""Errors every ERP adapter maps its own to. Their base class decides the retry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from backend.domain.errors import OutcomeUnknown, Permanent, Retryable


class ErpUnavailable(Retryable):
    """No connection, a time-out before anything was asked to change, 5xx, maintenance page."""

    code = "erp_unavailable"


class ErpBusy(Retryable):
    """The ERP answered that it is busy (locks, limits) and did nothing."""

    code = "erp_busy"


class ErpGarbled(Retryable):
    """The answer to a *read* could not be understood: HTML, half a JSON, a missing field."""

    code = "erp_garbled"


class ErpOutcomeUnknown(OutcomeUnknown):
    """A write was sent and no understandable answer came."""

    code = "erp_outcome_unknown"


class ErpDenied(Permanent):
    """Wrong credentials or a missing right. Data: right (where the ERP names it)."""

    code = "erp_denied"


class ErpAddressForbidden(Permanent):
    """The address in the connection's settings leads where we may not go (a private network, not http)."""

    code = "erp_address_forbidden"


class ErpSignInRefused(ErpDenied):
    """The ERP does not take the login or the password."""

    code = "erp_sign_in"


class ErpRefused(Permanent):
    """The ERP's own rules refused; `data['message']` is its text, fit to be shown to a person."""

    code = "erp_refused"


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line the ERP could not cover. Base units; `available` None where the ERP does not say."""

    product_id: str
    warehouse_id: str
    requested: Decimal
    available: Decimal | None


class ErpShortage(ErpRefused):
    """The ERP refused for lack of stock; nothing is left behind. `lines` has what is known of it, may be empty."""

    code: ClassVar[str] = "erp_shortage"

    def __init__(self, detail: str = "", *, lines: tuple[ShortLine, ...] = (), **data: object) -> None:
        super().__init__(detail, **data)
        self.lines = lines


class DocumentUnavailable(Permanent):
    """The ERP has no such document (yet), or gave something that is not a PDF. Data: reason."""

    code = "document_unavailable"
