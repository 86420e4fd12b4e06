"""Errors a CRM adapter maps its own to. Their base class decides the retry."""

from __future__ import annotations

from backend.domain.errors import OutcomeUnknown, Permanent, Retryable


class CrmUnavailable(Retryable):
    """No connection, a time-out of a read, 5xx."""

    code = "crm_unavailable"


class CrmThrottled(Retryable):
    """429, or our own budget is spent. `after` says how long everything for this account stops."""

    code = "crm_throttled"


class CrmGarbled(Retryable):
    """The answer to a read could not be understood."""

    code = "crm_garbled"


class CrmBlocked(Retryable):
    """403 with an HTML page: amoCRM has blocked us after too many requests; minutes, not seconds."""

    code = "crm_blocked"


class CrmOutcomeUnknown(OutcomeUnknown):
    """A write was sent and no understandable answer came."""

    code = "crm_outcome_unknown"


class CrmPaymentRequired(Permanent):
    """402: the account is not paid, or the plan lacks the option."""

    code = "crm_payment_required"


class CrmReauthorise(Permanent):
    """The tokens are dead (revoked, integration disabled): an administrator must connect the account again."""

    code = "crm_reauthorise"


class CrmDenied(Permanent):
    """This user has no right to it, in the CRM itself."""

    code = "crm_denied"


class CrmRefused(Permanent):
    """Validation refused; `data['message']` has the CRM's words, `data['paths']` the fields."""

    code = "crm_refused"
