"""What becomes of an operation, by what its handler did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from backend.domain.errors import OutcomeUnknown, Permanent, Retryable
from backend.jobs.policy import Policy
from backend.jobs.runner import Handler, OperationRunner, Outcome
from backend.ports.current import current_operation
from backend.ports.store import JournalEntry, Operation, OperationState
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, RecordingAnnouncer, TickingClock, drain
from tests.unit.jobs.rows import add, get

POLICY = Policy()


class Scripted:
    """A handler that does one thing after another, then succeeds; remembers what it was given."""

    def __init__(self, *steps: Exception | Callable[[], None]) -> None:
        self.steps = list(steps)
        self.seen: list[Operation] = []

    def __call__(self, operation: Operation) -> None:
        self.seen.append(operation)
        step = self.steps.pop(0) if self.steps else None
        if isinstance(step, Exception):
            raise step
        if step is not None:
            step()


class Mourned(Scripted):
    """One that minds the death of its operation; `told` may refuse to be told."""

    def __init__(self, *steps: Exception | Callable[[], None], refusals: tuple[Exception, ...] = ()) -> None:
        super().__init__(*steps)
        self.refusals = list(refusals)
        self.deaths: list[tuple[str, str]] = []

    def on_dead(self, operation: Operation, error: Exception) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.deaths.append((operation.id, type(error).__name__))


def journal(store: SqlStore) -> list[JournalEntry]:
    with store.read() as unit:
        return list(unit.journal.of_deal(ACCOUNT, DEAL))


def runner(store: SqlStore, clock: TickingClock, handler: Handler | None = None) -> OperationRunner:
    handlers: Mapping[str, Handler] = {} if handler is None else {"place": handler}
    return OperationRunner(store, clock, handlers, POLICY)


def test_work_that_succeeds_is_done_once(store: SqlStore, clock: TickingClock) -> None:
    made, handler = add(store), Scripted()
    run = runner(store, clock, handler).run
    assert [run(made), run(made)] == [Outcome.DONE, Outcome.NOT_OURS]
    assert [seen.attempts for seen in handler.seen] == [1]
    assert get(store, made).state is OperationState.DONE
    (entry,) = journal(store)
    assert entry.kind == "operation.done"
    assert entry.data == {"operation": made, "kind": "place", "attempts": 1}


def test_a_retryable_error_waits_as_long_as_told_and_tries_again(
    store: SqlStore, clock: TickingClock, announcer: RecordingAnnouncer
) -> None:
    made, handler = add(store), Scripted(Retryable("maintenance", after=timedelta(minutes=7)))
    run = runner(store, clock, handler).run
    assert run(made) is Outcome.RETRY
    waiting = get(store, made)
    assert (waiting.state, waiting.error_code, waiting.error_detail) == (
        OperationState.WAITING,
        "unavailable",
        "maintenance",
    )
    assert announcer.announced[-1] == (made, timedelta(minutes=7))
    assert run(made) is Outcome.NOT_OURS
    clock.advance(timedelta(minutes=7))
    assert run(made) is Outcome.DONE
    assert [seen.unsure for seen in handler.seen] == [False, False]


def test_after_an_unknown_outcome_the_handler_is_told_to_read_back(store: SqlStore, clock: TickingClock) -> None:
    made, handler = add(store), Scripted(OutcomeUnknown(), Retryable())
    assert drain(store, runner(store, clock, handler), clock, patience=timedelta(minutes=1)) == [
        Outcome.RETRY,
        Outcome.RETRY,
        Outcome.DONE,
    ]
    assert [seen.unsure for seen in handler.seen] == [False, True, True]
    assert get(store, made).state is OperationState.DONE


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (Permanent("no such tax", message="x"), "refused_outside", "no such tax"),
        (Permanent(), "refused_outside", "Permanent"),
        (ValueError("password=hunter2"), "internal", "ValueError at test_runner.py:"),
    ],
)
def test_what_no_repeat_mends_is_dead_with_a_reason(
    store: SqlStore, clock: TickingClock, error: Exception, code: str, detail: str
) -> None:
    made, handler = add(store), Mourned(error)
    assert runner(store, clock, handler).run(made) is Outcome.DEAD
    dead = get(store, made)
    assert (dead.state, dead.error_code) == (OperationState.DEAD, code)
    assert (dead.error_detail or "").startswith(detail)
    assert handler.deaths == [(made, type(error).__name__)]
    entry = journal(store)[0]
    assert entry.kind == "operation.dead"
    assert entry.data is not None
    assert entry.data["code"] == code
    assert "hunter2" not in repr((dead, entry))


def test_an_error_told_in_letters_no_database_takes_ends_its_operation(store: SqlStore, clock: TickingClock) -> None:
    """A NUL, half of a surrogate pair: an ERP's words may hold anything."""
    made = add(store)
    run = runner(store, clock, Scripted(Permanent("of the ERP: \0 and \ud83d.")))
    assert run.run(made) is Outcome.DEAD
    assert get(store, made).error_detail == "of the ERP:  and ?."


def test_an_unknown_kind_is_dead(store: SqlStore, clock: TickingClock) -> None:
    made = add(store, kind="from_another_version")
    assert runner(store, clock, Scripted()).run(made) is Outcome.DEAD
    assert get(store, made).error_code == "unknown_operation"


def test_a_death_that_cannot_be_told_now_is_told_later(store: SqlStore, clock: TickingClock) -> None:
    made = add(store)
    handler = Mourned(Permanent("no"), Permanent("no"), refusals=(Retryable(),))
    assert drain(store, runner(store, clock, handler), clock, patience=timedelta(minutes=1)) == [
        Outcome.RETRY,
        Outcome.DEAD,
    ]
    assert handler.deaths == [(made, "Permanent")]
    assert get(store, made).error_code == "refused_outside"


def test_a_death_that_can_never_be_told_ends_all_the_same(store: SqlStore, clock: TickingClock) -> None:
    made, handler = add(store), Mourned(Permanent(), refusals=(KeyError(),))
    assert runner(store, clock, handler).run(made) is Outcome.DEAD
    assert get(store, made).error_code == "refused_outside"


def test_a_deals_work_keeps_its_order_through_failures(store: SqlStore, clock: TickingClock) -> None:
    ids = [add(store, key) for key in "abc"]
    elsewhere = add(store, "z", deal=DEAL + 1)
    handler = Scripted(Retryable(after=timedelta(seconds=30)))
    outcomes = drain(store, runner(store, clock, handler), clock, patience=timedelta(minutes=2))
    assert outcomes.count(Outcome.DONE) == 4
    assert [seen.id for seen in handler.seen] == [ids[0], elsewhere, ids[0], ids[1], ids[2]]


def test_the_dead_do_not_hold_up_their_deal(store: SqlStore, clock: TickingClock) -> None:
    first, second = add(store, "a"), add(store, "b")
    assert drain(store, runner(store, clock, Scripted(Permanent())), clock) == [Outcome.DEAD, Outcome.DONE]
    assert (get(store, first).state, get(store, second).state) == (OperationState.DEAD, OperationState.DONE)


def test_work_that_lost_its_claim_changes_nothing_more(store: SqlStore, clock: TickingClock) -> None:
    made, rival = add(store), Scripted()

    def overrun() -> None:
        clock.advance(POLICY.lease)
        assert runner(store, clock, rival).run(made) is Outcome.DONE

    assert runner(store, clock, Scripted(overrun)).run(made) is Outcome.LOST
    assert [seen.unsure for seen in rival.seen] == [True]
    assert [entry.kind for entry in journal(store)] == ["operation.done"]


def test_the_heartbeat_keeps_a_long_work_ours(store: SqlStore, clock: TickingClock) -> None:
    made, rival = add(store), Scripted()
    own: OperationRunner

    def long_work() -> None:
        for _ in range(5):
            clock.advance(POLICY.lease / 2)
            own.pulse.beat()
            assert runner(store, clock, rival).run(made) is Outcome.NOT_OURS

    own = runner(store, clock, Scripted(long_work))
    assert own.run(made) is Outcome.DONE
    assert rival.seen == []
    own.pulse.beat()


def test_a_runner_does_not_mistake_its_later_claim_for_its_earlier(store: SqlStore, clock: TickingClock) -> None:
    made = add(store)
    own: OperationRunner
    second: list[Outcome] = []

    def overrun() -> None:
        clock.advance(POLICY.lease)
        second.append(own.run(made))

    own = runner(store, clock, Scripted(overrun))
    assert own.run(made) is Outcome.LOST
    assert second == [Outcome.DONE]


def test_what_works_for_an_operation_knows_it(store: SqlStore, clock: TickingClock) -> None:
    made, known = add(store), []
    run = runner(store, clock, lambda _: known.append(current_operation())).run
    assert run(made) is Outcome.DONE
    assert (known, current_operation()) == ([made], None)
    assert [entry.operation_id for entry in journal(store)] == [made]
