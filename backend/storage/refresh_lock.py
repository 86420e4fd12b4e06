"""One refresher per account: a lease in the database, so that losing Redis does not make two."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine, delete, select

from backend.ports.clock import Clock
from backend.ports.crm import CrmUnavailable
from backend.storage.engine import transaction
from backend.storage.rows import insert, same, written
from backend.storage.tables import refresh_lease

LEASE = timedelta(seconds=70)
"""Longer than the 50 s that a holder may work; a holder that died blocks for no longer than this."""


class SqlRefreshLock:
    """Implements `ports.tokens.RefreshLock`.

    Threads of this process queue among themselves first; only one asks the database.
    `wait`: how long to try; `sleep` is given seconds.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        wait: timedelta = timedelta(seconds=15),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._wait = wait
        self._sleep = sleep
        self._here: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def hold(self, account_id: int) -> Iterator[None]:
        give_up_at = time.monotonic() + self._wait.total_seconds()
        here = self._here[account_id]
        if not here.acquire(timeout=self._wait.total_seconds()):
            raise CrmUnavailable("the tokens are being refreshed elsewhere")
        try:
            owner = uuid.uuid4().hex
            while not self._take(account_id, owner):
                if time.monotonic() >= give_up_at:
                    raise CrmUnavailable("the tokens are being refreshed elsewhere")
                self._sleep(random.uniform(0.05, 0.15))  # noqa: S311 (no secret: only spreads the askers)
            try:
                yield
            finally:
                self._leave(account_id, owner)
        finally:
            here.release()

    def _take(self, account_id: int, owner: str) -> bool:
        """Looks before it writes: waiting must not cost the database its one writer."""
        now = self._clock.now()
        mine = same(refresh_lease, account_id=account_id)
        with transaction(self._engine, writes=False) as sql:
            taken = sql.execute(select(refresh_lease.c.owner).where(mine, refresh_lease.c.until > now)).first()
        if taken is not None:
            return False
        lease = {"account_id": account_id, "owner": owner, "until": now + LEASE}
        with transaction(self._engine, writes=True) as sql:
            statement = (
                insert(sql, refresh_lease)
                .values(**lease)
                .on_conflict_do_update(
                    index_elements=["account_id"],
                    set_={"owner": owner, "until": now + LEASE},
                    where=refresh_lease.c.until <= now,
                )
            )
            return written(sql, statement)

    def _leave(self, account_id: int, owner: str) -> None:
        with transaction(self._engine, writes=True) as sql:
            sql.execute(delete(refresh_lease).where(same(refresh_lease, account_id=account_id, owner=owner)))
