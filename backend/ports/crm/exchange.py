"""What is recorded of every exchange with the CRM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CrmExchange:
    """One request and its answer, without bodies, queries, tokens or personal data.

    `path` has no query; `status` is None where no answer came; `request_id` is the CRM's own, for its support;
    `outcome` is 'ok' or the code of the error that was raised; `as_user` whose rights were used.
    """

    account_id: int
    method: str
    path: str
    status: int | None
    request_id: str
    took: timedelta
    outcome: str
    as_user: int | None = None


ExchangeSink = Callable[[CrmExchange], None]
"""Called in the thread of the exchange, also when it failed. Quick, and never raises: it would hide the answer."""
