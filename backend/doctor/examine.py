"""The whole examination, as far as the ground bears."""

from __future__ import annotations

from collections.abc import Sequence

from backend.bootstrap import container
from backend.config import Config
from backend.doctor.accounts import look_at_accounts
from backend.doctor.finding import Finding, Verdict, unknown
from backend.doctor.ground import look_at_ground
from backend.doctor.work import look_at_work
from backend.domain.errors import StockgateError
from backend.ports.tokens import Priority

NEEDED = frozenset({"configuration", "keys", "database"})


def examine(config: Config) -> Sequence[Finding]:
    """Never raises for something that is unhealthy."""
    found = list(look_at_ground(config))
    if any(one.check in NEEDED and one.verdict is not Verdict.OK for one in found):
        return [*found, unknown("rest", "not looked at: the configuration, the keys or the database come first")]
    try:
        with container(config, priority=Priority.BACKGROUND) as parts:
            found += look_at_work(parts)
            found += look_at_accounts(parts)
    except StockgateError as error:
        found.append(Finding("rest", Verdict.UNHEALTHY, f"broke off: {error.code} {error.detail}".strip(), "try again"))
    return found
