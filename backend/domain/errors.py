"""The error tree. The class decides what happens next; the code is stable and keys the words people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar


class StockgateError(Exception):
    """Root of every error we raise on purpose.

    `code` is stable (API `code`, i18n key `errors.<code>`); `data` holds the figures the words need, JSON-ready,
    never a secret or personal data; `detail` is for developers and the journal, never shown as it is.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, detail: str = "", **data: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.data: Mapping[str, object] = data


class Refused(StockgateError):
    """A person asked for something a rule forbids; nothing was changed and repeating will not help."""

    code = "refused"


class NotFound(Refused):
    """What was named does not exist, or not for this account."""

    code = "not_found"


class Invalid(Refused):
    """What was sent cannot be understood or is out of range."""

    code = "invalid"


class Forbidden(Refused):
    """This person may not do it."""

    code = "forbidden"


class Conflict(Refused):
    """Something changed meanwhile, or the same key was used for another request."""

    code = "conflict"


class OutsideError(StockgateError):
    """A system outside (ERP or CRM) did not do what was asked. Subclasses decide the retry."""

    code = "outside"


class Retryable(OutsideError):
    """Nothing was done outside; the same call may succeed later, not before `after` where it was told."""

    code = "unavailable"

    def __init__(self, detail: str = "", *, after: timedelta | None = None, **data: object) -> None:
        super().__init__(detail, **data)
        self.after = after


class Permanent(OutsideError):
    """The system outside understood and refused, or cannot ever; a repeat would be refused again."""

    code = "refused_outside"


class OutcomeUnknown(OutsideError):
    """The request left us and no answer came. Read back before anything is repeated (R14)."""

    code = "outcome_unknown"
