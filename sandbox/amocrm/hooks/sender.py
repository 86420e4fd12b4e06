"""Delivers webhooks: 2 seconds to answer, the platform's retry table, switched off after too many failures."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests

from ..core.store import Doc
from ..core.world import World
from .phpform import encode
from .trigger import send_trigger

TIMEOUT = 2.0
SOFT_DELAYS = (300, 900)
HARD_DELAYS = (300, 900, 900, 3600)
TOO_MANY_INVALID, INVALID_WINDOW = 100, 2 * 3600


@dataclass(order=True)
class Delivery:
    """One body for one subscription, at its n-th attempt."""

    due: float
    number: int
    hook_id: int = field(compare=False)
    code: str = field(compare=False)
    body: bytes = field(compare=False)
    attempt: int = field(default=1, compare=False)


def merged(events: list[tuple[str, Doc]]) -> list[tuple[str, Doc]]:
    """Neighbouring events of one kind share a request, as entities of one batch do."""
    found: list[tuple[str, Doc]] = []
    for code, data in events:
        if found and found[-1][0] == code:
            for root, actions in data.items():
                for action, items in actions.items():
                    found[-1][1][root][action] += items
        else:
            found.append((code, {root: {a: [*items] for a, items in acts.items()} for root, acts in data.items()}))
    return found


class HookSender:
    """A queue by due time and the threads that empty it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.duplicate = False
        self.reverse = False
        self._heap: list[Delivery] = []
        self._numbers = count()
        self._lock = threading.RLock()
        self._held = threading.local()
        self._stopped = threading.Event()
        self._busy = 0
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin delivering."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is queued is lost, as with a crash."""
        self._stopped.set()
        self.world.clock.wake()
        self._thread.join(timeout=5)

    def forget(self) -> None:
        """Drop what is queued and deliver plainly again."""
        with self._lock:
            self._heap.clear()
            self.duplicate = self.reverse = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Events inside leave when the block ends well, none when it does not."""
        self._held.events = []
        try:
            yield
            held = self._held.events
            del self._held.events
            for code, data in merged(held):
                self._enqueue(code, data)
        finally:
            self._held.__dict__.pop("events", None)

    def emit(self, code: str, data: Doc) -> None:
        """Queue an event for every subscription that wants it."""
        held = getattr(self._held, "events", None)
        if held is not None:
            held.append((code, data))
        else:
            self._enqueue(code, data)

    def pipeline_trigger(self, lead: Doc, old: Doc) -> None:
        """Tell widgets whose pipeline trigger stands on the lead's new stage."""
        for row in self.world.store.all("dp_trigger"):
            if (row["pipeline_id"], row["status_id"]) == (lead["pipeline_id"], lead["status_id"]):
                args = (self.world, row, lead)
                threading.Thread(target=send_trigger, args=args, daemon=True).start()

    def pending(self) -> int:
        """Deliveries that wait or are under way."""
        with self._lock:
            return len(self._heap) + self._busy

    def due(self) -> int:
        """Deliveries that should be happening now."""
        now = self.world.clock.now()
        with self._lock:
            return sum(d.due <= now for d in self._heap) + self._busy

    def _enqueue(self, code: str, data: Doc) -> None:
        account = self.world.account
        links = {"_links": {"self": self.world.base_url}}
        body = encode(data | {"account": {"subdomain": account["subdomain"], "id": account["id"], **links}})
        now = self.world.clock.now()
        with self._lock:
            for hook in self.world.store.all("webhook"):
                if hook["disabled"] or code not in hook["settings"]:
                    continue
                for _ in range(2 if self.duplicate else 1):
                    number = next(self._numbers)
                    order = -number if self.reverse else number
                    heapq.heappush(self._heap, Delivery(now, order, hook["id"], code, body))
        self.world.clock.wake()

    def _run(self) -> None:
        while not self._stopped.is_set():
            delivery, due = self._next()
            if delivery is None:
                self.world.clock.wait_until(due)
                continue
            self._deliver(delivery)
            with self._lock:
                self._busy -= 1

    def _next(self) -> tuple[Delivery | None, float | None]:
        with self._lock:
            if not self._heap:
                return None, None
            if self._heap[0].due > self.world.clock.now():
                return None, self._heap[0].due
            self._busy += 1
            return heapq.heappop(self._heap), None

    def _deliver(self, delivery: Delivery) -> None:
        hook = self.world.store.get("webhook", delivery.hook_id)
        if not hook or hook["disabled"]:
            return
        status = self._post(hook["destination"], delivery.body)
        self.world.hook_log.append({
            "at": self.world.clock.now(), "hook_id": hook["id"], "destination": hook["destination"],
            "code": delivery.code, "attempt": delivery.attempt, "status": status, "body": delivery.body.decode(),
        })  # fmt: skip
        if 100 <= status < 300:
            return
        self._count_invalid(hook)
        delays = HARD_DELAYS if status == 499 or status >= 500 else SOFT_DELAYS
        if delivery.attempt <= len(delays):
            delivery.due = self.world.clock.now() + delays[delivery.attempt - 1]
            delivery.attempt += 1
            with self._lock:
                heapq.heappush(self._heap, delivery)

    def _post(self, url: str, body: bytes) -> int:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "amoCRM-Webhooks/3.0"}
        try:
            answer = requests.post(url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.Timeout:
            return 499
        except requests.RequestException:
            return 0
        return answer.status_code

    def _count_invalid(self, hook: Doc) -> None:
        now = self.world.clock.now()
        recent = [t for t in hook.get("invalid", []) if t > now - INVALID_WINDOW] + [now]
        fresh: dict[str, Any] = {**hook, "invalid": recent}
        if len(recent) > TOO_MANY_INVALID:
            fresh["disabled"] = True
        self.world.store.put("webhook", fresh)
