"""Operations that ended long ago are forgotten; what was done stays in the journal."""

from __future__ import annotations

from datetime import timedelta

from backend.ports.store import AccountState
from backend.services.deps import Services

KEPT = timedelta(days=30)
"""For so long their keys keep the same from being done twice."""
BATCH = 1_000


def purge_operations(services: Services) -> int:
    """Delete those done or dismissed KEPT ago, a thousand in a transaction; how many. Any number of clocks may."""
    with services.store.read() as unit:
        accounts = [one.id for state in AccountState for one in unit.accounts.in_state(state)]
    return sum(_of_account(services, account_id) for account_id in accounts)


def _of_account(services: Services, account_id: int) -> int:
    before, purged = services.clock.now() - KEPT, 0
    while True:
        with services.store.write() as unit:
            gone = unit.operations.purge(account_id, before=before, limit=BATCH)
        purged += gone
        if gone < BATCH:
            return purged
