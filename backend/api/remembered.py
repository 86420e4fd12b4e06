"""A token verified a moment ago need not be verified again to read: a card asks for its revision every two seconds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from backend.ports.clock import Clock
from backend.ports.crm import WidgetIdentity, WidgetTokens

KEPT_FOR = timedelta(seconds=5)
MOST = 4096


class RememberedTokens:
    """Verifies through `inner` and remembers a good token for `KEPT_FOR`, never past its own end: so long may people of
    an account that was disconnected read on. Refusals are not remembered. Each process remembers for itself."""

    def __init__(self, inner: WidgetTokens, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], tuple[datetime, WidgetIdentity]] = OrderedDict()

    def verify(self, token: str | None, *, origin: str | None, fresh: bool) -> WidgetIdentity:
        """`fresh`: look at everything again (for writes). Raises WidgetTokenError."""
        now = self._clock.now()
        if not fresh and token and origin:
            known = self._known.get((token, origin))
            if known is not None and now < known[0]:
                return known[1]
        identity = self._inner.verify(token, origin=origin, fresh=fresh)
        if token and origin:
            self._remember((token, origin), identity, now)
        return identity

    def _remember(self, key: tuple[str, str], identity: WidgetIdentity, now: datetime) -> None:
        with self._lock:
            self._known[key] = (min(now + KEPT_FOR, identity.expires_at), identity)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
