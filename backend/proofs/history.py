"""Judges a recorded history: was more promised than there was, was anything acknowledged lost, is anything held for
nobody. It knows the events below and nothing of the code that made them.

An event is a JSON object with `event`, `at` (nanoseconds of one clock that never goes back) and what it speaks of.
What a process does takes time, so it is written twice: when it was begun and when it was known to be done. Between the
two nobody can tell whether it has happened yet; the judge takes the side of the accused there and of nobody else.

| event | says |
|---|---|
| `stock` product, quantity | so much more may be promised from now on (written before it is so) |
| `ask` order, lines | an order wants so much of each product |
| `accept` order | it was told that it has them |
| `refuse` order | it was told that it has not; it must leave nothing |
| `ship` order / `shipped` order | its goods are leaving / have left: neither promised nor there any more |
| `release` order / `released` order | it is being given up / was given up: no longer promised |
| `reflect` order / `reflected` order | its promise is moving / has moved from our holds to the ERP's reserve |
| `look` / `held` holds | holds were counted between the two: quantity by product, those not yet reflected |
| `kept` orders, `reserved` orders | at the end: orders found in the records, and in the ERP (how often, by order) |
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import merge
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]
ENOUGH_FAULTS = 20
ZERO = Decimal(0)


@dataclass(slots=True)
class Asked:
    """One order as the history tells it. `leaving`, `moving`: it was begun but is not known to be done."""

    lines: Mapping[str, Decimal]
    accepted: bool = False
    refused: bool = False
    leaving: bool = False
    gone: bool = False
    moving: bool = False
    moved: bool = False


@dataclass(slots=True)
class Verdict:
    """`faults`: what was wrong, the first of each kind (all are counted in `count`); `worst`: by how much the most was
    promised beyond what there was; `oversold`: how often an acceptance was beyond it."""

    faults: list[str] = field(default_factory=list)
    count: int = 0
    events: int = 0
    asked: int = 0
    accepted: int = 0
    refused: int = 0
    oversold: int = 0
    worst: Decimal = ZERO

    @property
    def ok(self) -> bool:
        return self.count == 0

    def blame(self, fault: str) -> None:
        self.count += 1
        if len(self.faults) < ENOUGH_FAULTS:
            self.faults.append(fault)


class Judge:
    """Reads events in the order of their `at`, then gives its verdict."""

    def __init__(self) -> None:
        self.verdict = Verdict()
        self._stock: dict[str, Decimal] = {}
        self._promised: dict[str, Decimal] = {}
        self._least: dict[str, Decimal] = {}
        self._most: dict[str, Decimal] = {}
        self._orders: dict[str, Asked] = {}
        self._looking: tuple[dict[str, Decimal], dict[str, Decimal]] | None = None
        self._kept: Counter[str] | None = None
        self._reserved: Counter[str] | None = None
        self._last = 0

    def hear(self, event: Event) -> None:
        """Raises ValueError for what is no event, or comes out of order: such a history proves nothing."""
        if event["at"] < self._last:
            raise ValueError(f"out of order: {event}")
        self._last = event["at"]
        self.verdict.events += 1
        kind = event["event"]
        if kind in _ALONE:
            _ALONE[kind](self, event)
        elif kind in _OF_ORDER:
            order = self._orders.get(event["order"])
            if order is None:
                self.verdict.blame(f"{kind} of {event['order']}, which nobody asked for")
            else:
                _OF_ORDER[kind](self, event["order"], order)
        else:
            raise ValueError(f"unknown event: {kind}")

    def _on_stock(self, event: Event) -> None:
        self._add(self._stock, {event["product"]: Decimal(event["quantity"])})

    def _on_ask(self, event: Event) -> None:
        if event["order"] in self._orders:
            self.verdict.blame(f"{event['order']} was asked for twice")
            return
        order = Asked({product: Decimal(quantity) for product, quantity in event["lines"].items()})
        self._orders[event["order"]] = order
        self.verdict.asked += 1
        self._bounds(most=order.lines)

    def _on_accept(self, name: str, order: Asked) -> None:
        if order.accepted or order.refused:
            self.verdict.blame(f"{name} was answered twice")
            return
        order.accepted = True
        self.verdict.accepted += 1
        self._bounds(least=order.lines)
        self._add(self._promised, order.lines)
        beyond = {
            product: over
            for product in order.lines
            if (over := self._promised[product] - self._stock.get(product, ZERO)) > ZERO
        }
        if beyond:
            self.verdict.oversold += 1
            self.verdict.worst = max(self.verdict.worst, *beyond.values())
            told = ", ".join(f"{product} by {over}" for product, over in sorted(beyond.items()))
            self.verdict.blame(f"{name} was accepted beyond what there is: {told}")

    def _on_refuse(self, name: str, order: Asked) -> None:
        if order.accepted or order.refused:
            self.verdict.blame(f"{name} was answered twice")
            return
        order.refused = True
        self.verdict.refused += 1
        self._bounds(most=_less(order.lines))

    def _on_leaving(self, name: str, order: Asked) -> None:
        if order.leaving or not order.accepted:
            self.verdict.blame(f"{name} leaves twice, or was never accepted")
            return
        order.leaving = True
        self._add(self._promised, _less(order.lines))
        if not order.moving:
            self._bounds(least=_less(order.lines))

    def _on_shipped(self, name: str, order: Asked) -> None:
        self._on_gone(name, order)
        self._add(self._stock, _less(order.lines))

    def _on_gone(self, name: str, order: Asked) -> None:
        if order.gone or not order.leaving:
            self.verdict.blame(f"{name} has left twice, or never began to")
            return
        order.gone = True
        if not order.moved:
            self._bounds(most=_less(order.lines))

    def _on_reflect(self, name: str, order: Asked) -> None:
        if order.moving or not order.accepted:
            self.verdict.blame(f"{name} is reflected twice, or was never accepted")
            return
        order.moving = True
        if not order.leaving:
            self._bounds(least=_less(order.lines))

    def _on_reflected(self, name: str, order: Asked) -> None:
        if order.moved or not order.moving:
            self.verdict.blame(f"{name} was reflected twice, or never began to be")
            return
        order.moved = True
        if not order.gone:
            self._bounds(most=_less(order.lines))

    def _on_look(self, event: Event) -> None:
        """From here on the widest bounds of what may be held are kept."""
        self._looking = (dict(self._least), dict(self._most))

    def _on_held(self, event: Event) -> None:
        if self._looking is None:
            raise ValueError("held without a look")
        least, most = self._looking
        self._looking = None
        held = {product: Decimal(quantity) for product, quantity in event["holds"].items()}
        for product in sorted(set(held) | set(least)):
            found = held.get(product, ZERO)
            if not least.get(product, ZERO) <= found <= most.get(product, ZERO):
                told = f"{found} held of {product}, outstanding {least.get(product, ZERO)} to {most.get(product, ZERO)}"
                self.verdict.blame(told)

    def _on_kept(self, event: Event) -> None:
        self._kept = (self._kept or Counter()) + Counter(event["orders"])

    def _on_reserved(self, event: Event) -> None:
        self._reserved = (self._reserved or Counter()) + Counter(event["orders"])

    def _add(self, sums: dict[str, Decimal], lines: Mapping[str, Decimal]) -> None:
        for product, quantity in lines.items():
            sums[product] = sums.get(product, ZERO) + quantity

    def _bounds(self, *, least: Mapping[str, Decimal] | None = None, most: Mapping[str, Decimal] | None = None) -> None:
        """What must be held at least, and may be at most; while somebody looks, the widest of it is remembered."""
        self._add(self._least, least or {})
        self._add(self._most, most or {})
        if self._looking is not None:
            for product in least or ():
                self._looking[0][product] = min(self._looking[0].get(product, ZERO), self._least[product])
            for product in most or ():
                self._looking[1][product] = max(self._looking[1].get(product, ZERO), self._most[product])

    def end(self) -> Verdict:
        """The verdict, once everything was heard: what was acknowledged is in the records, once; what was refused is
        not; what is alive is in the ERP at most once, and exactly once if it was reflected."""
        if not self.verdict.events:
            self.verdict.blame("an empty history")
        for name, order in self._orders.items():
            if self._kept is not None:
                self._judge_kept(name, order, self._kept[name])
            if self._reserved is not None:
                times = self._reserved[name]
                if times > 1 or (times == 0 and order.moved) or (times and order.refused):
                    self.verdict.blame(f"{name} is in the ERP {times} times")
        for strange in sorted(set(self._kept or ()) - set(self._orders)):
            self.verdict.blame(f"{strange} is in the records, and nobody asked for it")
        return self.verdict

    def _judge_kept(self, name: str, order: Asked, times: int) -> None:
        if order.accepted and times != 1:
            self.verdict.blame(f"{name} was acknowledged and is in the records {times} times")
        elif order.refused and times:
            self.verdict.blame(f"{name} was refused and is in the records")


_ALONE = {
    "stock": Judge._on_stock,
    "ask": Judge._on_ask,
    "look": Judge._on_look,
    "held": Judge._on_held,
    "kept": Judge._on_kept,
    "reserved": Judge._on_reserved,
}
_OF_ORDER = {
    "accept": Judge._on_accept,
    "refuse": Judge._on_refuse,
    "ship": Judge._on_leaving,
    "shipped": Judge._on_shipped,
    "release": Judge._on_leaving,
    "released": Judge._on_gone,
    "reflect": Judge._on_reflect,
    "reflected": Judge._on_reflected,
}


def _less(lines: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    return {product: -quantity for product, quantity in lines.items()}


def judge(events: Iterable[Event]) -> Verdict:
    """The verdict on events in the order of their `at`."""
    found = Judge()
    for event in events:
        found.hear(event)
    return found.end()


def judge_files(paths: Sequence[Path]) -> Verdict:
    """The verdict on one history written by several hands, each in its own file of JSON lines, in order."""
    return judge(merge(*(_lines(path) for path in paths), key=lambda event: event["at"]))


def _lines(path: Path) -> Iterator[Event]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
