"""Runs one operation: claim, work under a heartbeat, and an end that the error's class decides."""

from __future__ import annotations

import itertools
import os
import socket
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import Protocol, runtime_checkable

import structlog
from prometheus_client import Counter

from backend.domain.errors import StockgateError
from backend.jobs.policy import GiveUp, Policy, TryAgain
from backend.jobs.pulse import Pulse
from backend.ports.clock import Clock
from backend.ports.current import during_operation
from backend.ports.store import JournalEntry, Operation, Store, UnitOfWork

log = structlog.get_logger()

ENDED = Counter("stockgate_operations_total", "Ended attempts of operations", ["kind", "outcome"])
_DETAIL = 500

Handler = Callable[[Operation], None]
"""Does the work of one kind. Raises an error of the domain's tree where it cannot; repeatable, and reads back first
where `operation.unsure` or a repeat could do harm. It may have an `on_dead` (see `MindsDeath`)."""


@runtime_checkable
class MindsDeath(Protocol):
    """A handler that has something to say when its operation is given up.

    Called at least once before the operation is dead, so repeatable too; if it cannot be done now (Retryable) the
    operation itself is put off and tried again.
    """

    def on_dead(self, operation: Operation, error: Exception) -> None: ...


Mourner = Callable[[Operation, Exception], None]


class UnknownOperation(StockgateError):
    """No handler for this kind. Data: kind."""

    code = "unknown_operation"


class Outcome(StrEnum):
    """`not_ours`: nothing to do now (not due, not its turn, somebody else's, account gone); `lost`: the claim ran out
    during the work."""

    NOT_OURS = "not_ours"
    DONE = "done"
    RETRY = "retry"
    DEAD = "dead"
    LOST = "lost"


class OperationRunner:
    """Runs operations by id; safe to call from many threads and for ids that are not due. `mourner` says that an
    operation was given up where its handler does not or cannot."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        handlers: Mapping[str, Handler],
        policy: Policy | None = None,
        *,
        mourner: Mourner | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers
        self._mourner = mourner
        self._policy = policy or Policy()
        self._name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._turns = itertools.count(1)
        self.pulse = Pulse(store, clock, lease=self._policy.lease, every=self._policy.beat)

    def run(self, operation_id: str) -> Outcome:
        """One attempt. Raises what the store raises; the claim then runs out and the sweep announces it again."""
        worker = f"{self._name}:{next(self._turns)}"
        with self._store.write() as unit:
            operation = unit.operations.claim(
                operation_id, worker=worker, now=self._clock.now(), lease=self._policy.lease
            )
        if operation is None:
            return Outcome.NOT_OURS
        with self._doing(operation, worker):
            outcome = self._end(operation, worker, self._work(operation))
        ENDED.labels(operation.kind, outcome).inc()
        return outcome

    @contextmanager
    def _doing(self, operation: Operation, worker: str) -> Iterator[None]:
        """Known as being done: to the heartbeat, to the journal of exchanges, to the log."""
        named = structlog.contextvars.bound_contextvars(operation_id=operation.id, kind=operation.kind)
        with named, during_operation(operation.id), self.pulse.during(operation.id, worker=worker):
            yield

    def _work(self, operation: Operation) -> Exception | None:
        refusal = self._policy.refusal(operation)
        if refusal is not None:
            return refusal
        handler = self._handlers.get(operation.kind)
        if handler is None:
            return UnknownOperation(kind=operation.kind)
        return _caught(lambda: handler(operation))

    def _end(self, operation: Operation, worker: str, error: Exception | None) -> Outcome:
        if error is None:
            return self._close(operation, worker, Outcome.DONE, None)
        log.warning("operation.failed", code=_code(error), at=_place(error))
        next_step = self._policy.after(error, operation, self._clock.now())
        if isinstance(next_step, GiveUp):
            next_step = self._announce_death(operation, error)
        if isinstance(next_step, GiveUp):
            log.error("operation.dead", code=_code(error), deal_id=operation.deal_id, attempts=operation.attempts)
            return self._close(operation, worker, Outcome.DEAD, error)
        return self._put_off(operation, worker, error, next_step)

    def _announce_death(self, operation: Operation, error: Exception) -> TryAgain | GiveUp:
        """Let it be said by the handler, else by the mourner; put the operation off where that has to wait."""
        handler: object = self._handlers.get(operation.kind)
        own = handler.on_dead if isinstance(handler, MindsDeath) else None
        for say in filter(None, (own, self._mourner)):
            unsaid = _caught(partial(say, operation, error))
            if unsaid is None:
                break
            log.error("operation.death_unsaid", code=_code(unsaid), at=_place(unsaid))
            next_step = self._policy.after(unsaid, operation, self._clock.now())
            if isinstance(next_step, TryAgain):
                return next_step
        return GiveUp()

    def _close(self, operation: Operation, worker: str, outcome: Outcome, error: Exception | None) -> Outcome:
        now = self._clock.now()
        with self._store.write() as unit:
            if error is None:
                ours = unit.operations.finish(operation.id, worker=worker, now=now)
            else:
                failure = {"code": _code(error), "detail": _detail(error)}
                ours = unit.operations.die(operation.id, worker=worker, now=now, **failure)
            return self._noted(unit, operation, outcome, error) if ours else Outcome.LOST

    def _put_off(self, operation: Operation, worker: str, error: Exception, again: TryAgain) -> Outcome:
        with self._store.write() as unit:
            ours = unit.operations.retry(
                operation.id,
                worker=worker,
                due_at=self._clock.now() + again.delay,
                code=_code(error),
                detail=_detail(error),
                unsure=again.unsure,
            )
            return self._noted(unit, operation, Outcome.RETRY, error) if ours else Outcome.LOST

    def _noted(self, unit: UnitOfWork, operation: Operation, outcome: Outcome, error: Exception | None) -> Outcome:
        data: dict[str, object] = {"operation": operation.id, "kind": operation.kind, "attempts": operation.attempts}
        if error is not None:
            data |= {"code": _code(error), "detail": _detail(error)}
        unit.journal.add(
            JournalEntry(
                account_id=operation.account_id,
                at=self._clock.now(),
                kind=f"operation.{outcome}",
                deal_id=operation.deal_id,
                data=data,
                operation_id=operation.id,
            )
        )
        return outcome


def _caught(work: Callable[[], None]) -> Exception | None:
    """What a handler raised. Catches everything, here alone: an unforeseen error ends its operation, not the worker."""
    try:
        work()
    except Exception as error:  # noqa: BLE001
        return error
    return None


def _code(error: Exception) -> str:
    return error.code if isinstance(error, StockgateError) else StockgateError.code


def _detail(error: Exception) -> str:
    """For developers. Of an unforeseen error only its class and place: its text may hold what nobody should read.

    A text of the outside may hold what no database takes; the operation must end all the same.
    """
    if isinstance(error, StockgateError):
        told = error.detail or type(error).__name__
    else:
        told = f"{type(error).__name__} at {_place(error)}"
    return told.replace("\0", "").encode("utf-8", "replace").decode()[:_DETAIL]


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
