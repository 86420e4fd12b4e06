"""A bound on what one ERP may hold of us."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from backend.erp.slots import Crowded, Slots
from backend.ports.erp import ErpBusy


def test_one_after_another_there_is_always_room() -> None:
    slots = Slots(1, stuck_seconds=0)
    for _ in range(3):
        with slots.taken():
            pass


def test_what_does_not_move_turns_others_away_at_once() -> None:
    slots = Slots(1, stuck_seconds=0)
    with slots.taken(), pytest.raises(Crowded), slots.taken():
        pass
    with slots.taken():
        pass


def test_while_things_move_others_wait_their_turn() -> None:
    """Ten through one slot, each begun when the one before has ended: nobody is turned away."""
    slots, inside, most = Slots(1, stuck_seconds=30), [0], [0]
    guard = threading.Lock()

    def pass_through() -> None:
        with slots.taken():
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with guard:
                inside[0] -= 1

    with ThreadPoolExecutor(10) as pool:
        done, left = wait([pool.submit(pass_through) for _ in range(10)], timeout=20)
    assert (len(done), len(left), most[0]) == (10, 0, 1)
    assert [one.exception() for one in done] == [None] * 10


def test_a_slot_comes_back_whatever_happened_in_it() -> None:
    slots = Slots(1, stuck_seconds=0)
    with pytest.raises(ValueError, match="bad"), slots.taken():
        raise ValueError("bad")
    with slots.taken():
        pass


def test_being_turned_away_is_being_busy() -> None:
    """Panels show kept figures then, operations come again: as for any ERP that says it is busy."""
    assert issubclass(Crowded, ErpBusy)
    assert Crowded.code == "erp_busy"
