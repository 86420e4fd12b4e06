"""The judge of recorded histories: right ones pass, and every way to break one is found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.proofs.history import Verdict, judge, judge_files

Events = list[dict[str, Any]]


def told(*events: tuple[str, dict[str, Any]]) -> Events:
    """Events a nanosecond apart."""
    return [{"event": name, "at": at, **facts} for at, (name, facts) in enumerate(events, start=1)]


def stock(quantity: str, product: str = "p") -> tuple[str, dict[str, Any]]:
    return "stock", {"product": product, "quantity": quantity}


def of(name: str, order: str, **lines: str) -> tuple[str, dict[str, Any]]:
    return name, {"order": order, **({"lines": lines} if lines else {})}


def held(**holds: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "look", {}
    yield "held", {"holds": holds}


def kept(*orders: str) -> tuple[str, dict[str, Any]]:
    return "kept", {"orders": list(orders)}


def sold(order: str, quantity: str = "1", answer: str = "accept") -> list[tuple[str, dict[str, Any]]]:
    return [of("ask", order, p=quantity), of(answer, order)]


LIFE = told(
    stock("2"),
    *sold("a"),
    *sold("b"),
    *sold("c", answer="refuse"),
    of("reflect", "a"),
    of("reflected", "a"),
    *held(p="1"),
    of("ship", "a"),
    of("shipped", "a"),
    of("release", "b"),
    of("released", "b"),
    *sold("d"),
    *held(p="1"),
    kept("a", "b", "d"),
    ("reserved", {"orders": ["a", "d"]}),
)


def test_a_right_history_passes() -> None:
    verdict = judge(LIFE)
    assert verdict.ok, verdict.faults
    assert (verdict.asked, verdict.accepted, verdict.refused, verdict.oversold) == (4, 3, 1, 0)


BROKEN: dict[str, tuple[Events, str]] = {
    "two for one piece": (told(stock("1"), *sold("a"), *sold("b")), "b was accepted beyond what there is: p by 1"),
    "more in one order than there is": (told(stock("1"), *sold("a", "1.5")), "p by 0.5"),
    "goods that were never there": (told(*sold("a")), "p by 1"),
    "shipped goods sold again": (
        told(stock("1"), *sold("a"), of("ship", "a"), of("shipped", "a"), *sold("b")),
        "b was accepted beyond",
    ),
    "sold again while reflected in the ERP": (
        told(stock("1"), *sold("a"), of("reflect", "a"), of("reflected", "a"), *sold("b")),
        "b was accepted beyond",
    ),
    "a hold that leaks": (
        told(stock("1"), *sold("a"), of("release", "a"), of("released", "a"), *held(p="1")),
        "1 held of p, outstanding 0 to 0",
    ),
    "a hold of a refused order": (
        told(stock("1"), *sold("a", answer="refuse"), *held(p="1")),
        "1 held of p, outstanding 0 to 0",
    ),
    "a hold that is gone": (told(stock("1"), *sold("a"), *held()), "0 held of p, outstanding 1 to 1"),
    "a hold of a product nobody asked for": (told(stock("1"), *held(q="1")), "1 held of q"),
    "a hold still there once reflected": (
        told(stock("1"), *sold("a"), of("reflect", "a"), of("reflected", "a"), *held(p="1")),
        "1 held of p, outstanding 0 to 0",
    ),
    "acknowledged and lost": (told(stock("1"), *sold("a"), kept()), "a was acknowledged and is in the records 0"),
    "acknowledged and there twice": (told(stock("1"), *sold("a"), kept("a", "a")), "in the records 2 times"),
    "refused and there": (told(stock("1"), *sold("a", answer="refuse"), kept("a")), "refused and is in the records"),
    "there and never asked for": (told(stock("1"), kept("x")), "x is in the records, and nobody asked"),
    "twice in the ERP": (told(stock("1"), *sold("a"), ("reserved", {"orders": ["a", "a"]})), "in the ERP 2 times"),
    "reflected and not in the ERP": (
        told(stock("1"), *sold("a"), of("reflect", "a"), of("reflected", "a"), ("reserved", {"orders": []})),
        "in the ERP 0 times",
    ),
    "refused and in the ERP": (
        told(stock("1"), *sold("a", answer="refuse"), ("reserved", {"orders": ["a"]})),
        "in the ERP 1 times",
    ),
    "answered twice": (told(stock("1"), *sold("a"), of("refuse", "a")), "answered twice"),
    "asked twice": (told(stock("1"), *sold("a"), of("ask", "a", p="1")), "asked for twice"),
    "shipped without an order": (told(stock("1"), of("ship", "a")), "which nobody asked for"),
    "shipped though refused": (told(stock("1"), *sold("a", answer="refuse"), of("ship", "a")), "never accepted"),
    "released and shipped": (
        told(stock("1"), *sold("a"), of("release", "a"), of("released", "a"), of("ship", "a")),
        "leaves twice",
    ),
    "nothing at all": ([], "an empty history"),
}


@pytest.mark.parametrize(("events", "fault"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_history_is_rejected(events: Events, fault: str) -> None:
    verdict = judge(events)
    assert not verdict.ok
    assert any(fault in one for one in verdict.faults), verdict.faults


@pytest.mark.parametrize(
    "events",
    [
        told(stock("1"), *sold("a"), of("release", "a"), *sold("b"), of("released", "a")),
        told(stock("1"), of("ask", "a", p="1"), of("ask", "b", p="1"), *held(p="1"), of("accept", "b")),
        told(stock("1"), *sold("a"), ("look", {}), of("release", "a"), of("released", "a"), ("held", {"holds": {}})),
        told(stock("1"), ("look", {}), *sold("a"), ("held", {"holds": {}})),
        told(stock("1"), ("look", {}), *sold("a"), ("held", {"holds": {"p": "1"}})),
        told(stock("1"), of("ask", "a", p="1"), kept("a")),
        told(stock("1"), of("ask", "a", p="1"), kept()),
    ],
    ids=[
        "taken over while being released",
        "held before the answer came",
        "released under the eyes of who looks",
        "accepted after the look began, not seen",
        "accepted after the look began, seen",
        "no answer came, and it was done",
        "no answer came, and it was not done",
    ],
)
def test_what_nobody_can_know_is_no_fault(events: Events) -> None:
    verdict = judge(events)
    assert verdict.ok, verdict.faults


@pytest.mark.parametrize(
    "events",
    [
        [{"event": "stock", "at": 2, "product": "p", "quantity": "1"}, {"event": "look", "at": 1}],
        [{"event": "gossip", "at": 1}],
        [{"event": "held", "at": 1, "holds": {}}],
    ],
    ids=["out of order", "an unknown event", "an answer without a question"],
)
def test_what_is_no_history_proves_nothing(events: Events) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        judge(events)


def test_files_of_many_hands_are_one_history(tmp_path: Path) -> None:
    hands = [LIFE[0::3], LIFE[1::3], LIFE[2::3]]
    paths = [tmp_path / f"hand-{number}.jsonl" for number in range(3)]
    for path, events in zip(paths, hands, strict=True):
        path.write_text("".join(json.dumps(event) + "\n" for event in events))
    verdict = judge_files(paths)
    assert verdict.ok
    assert verdict.events == len(LIFE)


def shop(draw: random.Random, allowed: Callable[[int], bool], steps: int = 400) -> Events:
    """A shop of one clerk that sells while `allowed(free)` says so: right with `free > 0`, wrong with anything else."""
    events: list[tuple[str, dict[str, Any]]] = [stock("5")]
    living: list[str] = []
    free = 5
    for number in range(steps):
        name = f"o{number}"
        if living and draw.random() < 0.45:
            gone = living.pop(draw.randrange(len(living)))
            way = draw.choice([("release", "released"), ("ship", "shipped")])
            events += [of(way[0], gone), of(way[1], gone)]
            if way[0] == "ship":
                events.append(stock("1"))
            free += 1
        elif allowed(free):
            events += sold(name)
            living.append(name)
            free -= 1
        else:
            events += sold(name, answer="refuse")
    return told(*events, *held(p=str(len(living))))


@pytest.mark.parametrize("seed", range(5))
def test_shops_that_count_pass_and_a_single_slip_is_found(seed: int) -> None:
    right: Verdict = judge(shop(random.Random(seed), lambda free: free > 0))
    assert right.ok, right.faults
    assert right.refused > 10
    slips = iter([True])
    wrong = judge(shop(random.Random(seed), lambda free: free > 0 or next(slips, False)))
    assert wrong.oversold >= 1
    assert wrong.worst == 1
