"""The shared budget of requests to amoCRM."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from redis import Redis

from backend.ports.clock import Clock
from backend.ports.crm import CrmBlocked, CrmThrottled
from backend.ports.tokens import Priority
from backend.storage.redis.line import RedisDown, RedisLine
from backend.storage.redis.slots import BOOK, STOP, LocalSlots, Pace

_MILLISECOND = timedelta(milliseconds=1)


class RedisRateBudget:
    """Implements `ports.tokens.RateBudget`: over all processes while Redis answers, else within this one.

    Stops are also kept here, so that losing Redis does not lift them.
    """

    def __init__(
        self,
        line: RedisLine,
        clock: Clock,
        *,
        pace: Pace | None = None,
        patience: timedelta = timedelta(seconds=5),
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._clock = clock
        self._pace = pace or Pace()
        self._patience = patience.total_seconds()
        self._sleep = sleep
        self._local = LocalSlots(self._pace, monotonic)
        self._stops: dict[tuple[int, bool], datetime] = {}

    def take(self, account_id: int, priority: Priority) -> None:
        """A person's request is booked a slot and waits for it; background work looks again until its patience ends."""
        person = priority is Priority.PERSON
        waited = 0.0
        while True:
            self._raise_if_stopped(account_id)
            booked, wait = self._book(account_id, person=person)
            if not booked and (person or waited + wait > self._patience):
                raise CrmThrottled("our own budget is spent", after=timedelta(seconds=wait))
            if wait:
                self._sleep(wait)
                waited += wait
            if booked:
                if wait:
                    self._raise_if_stopped(account_id)
                return

    def stop(self, account_id: int, until: datetime, *, blocked: bool = False) -> None:
        here = self._stops.get((account_id, blocked))
        self._stops[account_id, blocked] = until if here is None else max(here, until)
        milliseconds = int((until - self._clock.now()) / _MILLISECOND)
        if milliseconds <= 0:
            return
        try:
            self._line.ask("budget", lambda redis: redis.eval(STOP, 1, _stop_key(account_id, blocked), milliseconds))
        except RedisDown:
            return

    def left(self, accounts: Sequence[int]) -> Mapping[int, int]:
        """How many requests of a person each account may send at once; 0 while it is stopped. Books nothing. Empty
        without Redis: what this process alone knows says little."""

        def look(redis: Redis) -> list[Any]:
            asked = redis.pipeline(transaction=False)
            asked.time()
            for account_id in accounts:
                asked.lrange(_slots_key(account_id), 0, -1)
                asked.exists(*(_stop_key(account_id, blocked) for blocked in (True, False)))
            return list(asked.execute())

        try:
            (seconds, micros), *found = self._line.ask("budget", look)
        except RedisDown:
            return {}
        since = seconds * 1000 + micros // 1000 - self._pace.window * 1000
        pairs = zip(accounts, found[::2], found[1::2], strict=True)
        return {
            account_id: 0 if stops else self._pace.person - sum(float(at) > since for at in granted)
            for account_id, granted, stops in pairs
        }

    def _raise_if_stopped(self, account_id: int) -> None:
        for blocked, error in ((True, CrmBlocked), (False, CrmThrottled)):
            left = self._left(account_id, blocked)
            if left > timedelta(0):
                raise error("stopped for this account", after=left)

    def _left(self, account_id: int, blocked: bool) -> timedelta:
        here = self._stops.get((account_id, blocked))
        left = timedelta(0) if here is None else here - self._clock.now()
        try:
            shared = self._line.ask("budget", lambda redis: redis.pttl(_stop_key(account_id, blocked)))
        except RedisDown:
            return left
        return max(left, timedelta(milliseconds=shared))

    def _book(self, account_id: int, *, person: bool) -> tuple[bool, float]:
        pace = self._pace
        share, queue = (pace.person, pace.queue) if person else (pace.background, 0.0)
        figures = (pace.person, share, int(pace.window * 1000), int(queue * 1000))
        try:
            booked, wait = self._line.ask("budget", lambda redis: redis.eval(BOOK, 1, _slots_key(account_id), *figures))
        except RedisDown:
            return self._local.book(account_id, person=person)
        return bool(booked), wait / 1000


def _slots_key(account_id: int) -> str:
    return f"stockgate:budget:{account_id}"


def _stop_key(account_id: int, blocked: bool) -> str:
    return f"stockgate:stop:{'block' if blocked else 'throttle'}:{account_id}"
