"""Clocks that jump, that differ, workers that vanish: an operation ends all the same, and what it does is done once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from backend.domain.errors import Retryable
from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner, Outcome
from backend.ports.store import LONGEST_WAIT, Operation, OperationState
from backend.storage import SqlStore
from tests.support.storage import START, TickingClock, drain
from tests.unit.jobs.rows import add, get

POLICY = Policy()


@dataclass
class Book:
    """A system outside that keeps what was entered by its key; its handler looks before it enters."""

    entered: list[str] = field(default_factory=list)
    looked: int = 0

    def __call__(self, operation: Operation) -> None:
        self.looked += operation.unsure
        if operation.key not in self.entered:
            self.entered.append(operation.key)


def vanish(store: SqlStore, operation_id: str, clock: TickingClock, times: int) -> None:
    """Workers that took it and were never heard of again, one after another."""
    for number in range(times):
        with store.write() as unit:
            assert unit.operations.claim(operation_id, worker=f"w{number}", now=clock.now(), lease=POLICY.lease)
        clock.advance(POLICY.lease)


@pytest.mark.parametrize("jump", [timedelta(hours=5), -timedelta(hours=5)], ids=["forward", "back"])
def test_two_workers_at_once_after_a_jump_have_one_effect(
    store: SqlStore, clock: TickingClock, jump: timedelta
) -> None:
    """The lease of a living worker seems to have ended; the second is told to read back, the first is lost."""
    made, book = add(store), Book()
    rival = OperationRunner(store, clock, {"place": book})

    def overtaken(operation: Operation) -> None:
        book(operation)
        clock.advance(jump)
        assert rival.run(made) is Outcome.DONE

    assert OperationRunner(store, clock, {"place": overtaken}).run(made) is Outcome.LOST
    assert (book.entered, book.looked) == (["k"], 1)
    assert get(store, made).state is OperationState.DONE


def test_two_clocks_apart_by_less_than_a_lease_do_not_disturb_each_other(store: SqlStore) -> None:
    made, book = add(store), Book()
    slow, fast = TickingClock(START), TickingClock(START + POLICY.lease - timedelta(seconds=1))
    rival = OperationRunner(store, fast, {"place": book})

    def work(operation: Operation) -> None:
        book(operation)
        assert rival.run(made) is Outcome.NOT_OURS

    assert OperationRunner(store, slow, {"place": work}).run(made) is Outcome.DONE
    assert book.looked == 0


@pytest.mark.parametrize("told", [timedelta(days=30), timedelta(hours=2)])
def test_nothing_is_put_off_for_longer_than_an_hour(store: SqlStore, clock: TickingClock, told: timedelta) -> None:
    made = add(store)

    def refuse(_: Operation) -> None:
        raise Retryable(after=told)

    assert OperationRunner(store, clock, {"place": refuse}).run(made) is Outcome.RETRY
    assert get(store, made).due_at == START + LONGEST_WAIT


def test_a_clock_set_back_does_not_put_work_off_until_it_catches_up(store: SqlStore, clock: TickingClock) -> None:
    made, tries = add(store), [Retryable()]

    def work(_: Operation) -> None:
        if tries:
            raise tries.pop()

    clock.advance(timedelta(days=2))
    runner = OperationRunner(store, clock, {"place": work})
    assert runner.run(made) is Outcome.RETRY
    clock.moment = START
    assert runner.run(made) is Outcome.DONE


def test_a_clock_put_forward_does_not_end_the_patience(store: SqlStore, clock: TickingClock) -> None:
    """Nor do three days without a worker: what was hardly tried is tried again."""
    add(store)
    tries = [Retryable(), Retryable()]

    def work(_: Operation) -> None:
        if tries:
            raise tries.pop()

    clock.advance(POLICY.patience * 2)
    outcomes = drain(store, OperationRunner(store, clock, {"place": work}), clock, patience=timedelta(minutes=1))
    assert outcomes == [Outcome.RETRY, Outcome.RETRY, Outcome.DONE]


def test_what_was_revived_has_its_patience_anew(store: SqlStore, clock: TickingClock) -> None:
    """It waited dead for longer than patience lasts; then it is tried as if it were new."""
    made, broken = add(store), True

    def work(_: Operation) -> None:
        if broken:
            raise Retryable(after=timedelta(hours=1))

    runner = OperationRunner(store, clock, {"place": work})
    while runner.run(made) is Outcome.RETRY:
        clock.advance(LONGEST_WAIT)
    assert clock.now() - START > POLICY.patience
    with store.write() as unit:
        assert unit.operations.revive(made, now=clock.now())
    assert get(store, made).tried_since == clock.now()
    for _ in range(POLICY.tries):
        assert runner.run(made) is Outcome.RETRY
        clock.advance(LONGEST_WAIT)
    broken = False
    assert runner.run(made) is Outcome.DONE


def test_poison_that_ends_each_worker_is_given_up(store: SqlStore, clock: TickingClock) -> None:
    """Nobody lives to say what happened, so claims without an end are counted; the next of the deal goes on."""
    poison, following, book = add(store, "poison"), add(store, "next"), Book()
    vanish(store, poison, clock, POLICY.vanishings)
    runner = OperationRunner(store, clock, {"place": book})
    assert get(store, poison).vanished == POLICY.vanishings - 1
    assert [runner.run(poison), runner.run(following)] == [Outcome.DEAD, Outcome.DONE]
    dead = get(store, poison)
    assert (dead.state, dead.error_code) == (OperationState.DEAD, "operation_poison")
    assert book.entered == ["next"]


def test_workers_that_vanish_now_and_then_poison_nothing(store: SqlStore, clock: TickingClock) -> None:
    """An attempt that ends, however it ends, begins the count anew."""
    made, tries = add(store), [Retryable()]

    def work(_: Operation) -> None:
        if tries:
            raise tries.pop()

    runner = OperationRunner(store, clock, {"place": work})
    vanish(store, made, clock, POLICY.vanishings - 1)
    assert runner.run(made) is Outcome.RETRY
    clock.advance(POLICY.longest)
    vanish(store, made, clock, POLICY.vanishings - 1)
    assert runner.run(made) is Outcome.DONE


def test_poison_that_a_person_revives_is_tried_again(store: SqlStore, clock: TickingClock) -> None:
    made, book = add(store), Book()
    runner = OperationRunner(store, clock, {"place": book})
    vanish(store, made, clock, POLICY.vanishings)
    assert runner.run(made) is Outcome.DEAD
    with store.write() as unit:
        unit.operations.revive(made, now=clock.now())
    assert runner.run(made) is Outcome.DONE
    assert book.looked == 1
