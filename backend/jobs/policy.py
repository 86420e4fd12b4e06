"""What follows a failure. The error's class decides, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from backend.domain.errors import OutcomeUnknown, Retryable
from backend.ports.store import Operation


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
    """Delays double from `first` to `longest`, each cut by up to half at random so that a crowd does not return as one.

    A worker's claim lasts `lease` and is prolonged every `beat`; what a vanished worker held is free again after
    `lease`. What could not be done for `patience` since it was asked is given up.
    """

    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=2)
    patience: timedelta = timedelta(days=3)
    lease: timedelta = timedelta(seconds=20)
    beat: timedelta = timedelta(seconds=5)
    random: Random = field(default_factory=Random, compare=False)

    def after(self, error: Exception, operation: Operation, now: datetime) -> TryAgain | GiveUp:
        """What to do with `operation`, whose attempt (already counted) ended in `error`."""
        if not isinstance(error, Retryable | OutcomeUnknown):
            return GiveUp()
        if operation.created_at is not None and now - operation.created_at > self.patience:
            return GiveUp()
        told = error.after if isinstance(error, Retryable) else None
        return TryAgain(max(self._backoff(operation.attempts), told or timedelta(0)), isinstance(error, OutcomeUnknown))

    def _backoff(self, attempts: int) -> timedelta:
        doublings = min(max(attempts - 1, 0), 30)
        whole: timedelta = min(self.first * (1 << doublings), self.longest)
        return whole * (1 - self.random.random() / 2)
