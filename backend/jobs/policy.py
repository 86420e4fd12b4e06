"""What follows a failure. The error's class decides, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from backend.domain.errors import OutcomeUnknown, Permanent, Retryable
from backend.ports.store import LONGEST_WAIT, Operation


class PoisonOperation(Permanent):
    """Every worker that took it was not heard of again: it may be what ended them. Data: times."""

    code = "operation_poison"


@dataclass(frozen=True, slots=True)
class TryAgain:
    """After `delay`. `unsure`: what was asked may have been done."""

    delay: timedelta
    unsure: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No repeat would help, or it was tried long enough: a person must look."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Delays double from `first` to `longest`, each cut by up to half at random so that a crowd does not return as one;
    a longer one that was told is respected up to LONGEST_WAIT.

    A worker's claim lasts `lease` and is prolonged every `beat`; what a vanished worker held is free again after
    `lease`, and given up once `vanishings` of them in a row took it. What could not be done for `patience`, in at least
    `tries`, is given up: neither a clock put forward nor a week without workers ends what was hardly tried.
    """

    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=2)
    patience: timedelta = timedelta(days=3)
    tries: int = 20
    lease: timedelta = timedelta(seconds=15)
    beat: timedelta = timedelta(seconds=4)
    vanishings: int = 8
    random: Random = field(default_factory=Random, compare=False)

    def refusal(self, operation: Operation) -> Exception | None:
        """Why a worker that has just claimed it should not even try."""
        return PoisonOperation(times=operation.vanished) if operation.vanished >= self.vanishings else None

    def after(self, error: Exception, operation: Operation, now: datetime) -> TryAgain | GiveUp:
        """What to do with `operation`, whose attempt (already counted) ended in `error`."""
        if not isinstance(error, Retryable | OutcomeUnknown) or self._tired(operation, now):
            return GiveUp()
        told = error.after if isinstance(error, Retryable) else None
        delay = max(self._backoff(operation.attempts), told or timedelta(0))
        return TryAgain(min(delay, LONGEST_WAIT), isinstance(error, OutcomeUnknown))

    def _tired(self, operation: Operation, now: datetime) -> bool:
        since = operation.tried_since or operation.created_at
        return since is not None and now - since > self.patience and operation.attempts >= self.tries

    def _backoff(self, attempts: int) -> timedelta:
        doublings = min(max(attempts - 1, 0), 30)
        whole: timedelta = min(self.first * (1 << doublings), self.longest)
        return whole * (1 - self.random.random() / 2)
