"""At most so many requests in any second, as a rule over the last moments granted."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """`person` requests in any `window` seconds; background work may only use up to `background` of them.
    A person's request may be booked up to `queue` seconds ahead.

    The platform allows seven in a second of *arrivals*: five a second on average, a whole card's requests at once, and
    0.4 s between bursts for what the way there delays."""

    person: int = 7
    background: int = 4
    window: float = 1.4
    queue: float = 6.0


class LocalSlots:
    """The rule within this process, for times without Redis. Moments in seconds of one steady clock."""

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self._granted: defaultdict[int, list[float]] = defaultdict(list)
        self._guard = threading.Lock()

    def book(self, account_id: int, *, person: bool) -> tuple[bool, float]:
        """Whether a slot was booked, and how many seconds to wait: for the slot, or before asking again."""
        with self._guard:
            now = self._monotonic()
            granted = self._granted[account_id]
            share = self._pace.person if person else self._pace.background
            free_at = granted[-share] + self._pace.window if len(granted) >= share else now
            wait = max(0.0, free_at - now)
            booked = wait <= (self._pace.queue if person else 0.0)
            if booked:
                granted.append(now + wait)
                del granted[: -self._pace.person]
            return booked, wait


BOOK = """
-- KEYS: granted moments (newest first). ARGV: person's share, share of the asker, window, longest queue (milliseconds).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local person, share, window, queue = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local earlier = redis.call('LINDEX', KEYS[1], share - 1)
local wait = 0
if earlier then wait = math.max(0, tonumber(earlier) + window - now) end
if wait > queue then return {0, wait} end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now + wait))
redis.call('LTRIM', KEYS[1], 0, person - 1)
redis.call('PEXPIRE', KEYS[1], window + wait + 1000)
return {1, wait}
"""
"""The same rule over all processes; Redis's own clock counts, so the machines need not agree."""

STOP = """
-- KEYS: the stop. ARGV: how long (milliseconds). Never shortens.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
"""
