"""What happens again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Periodic:
    """`job` every `every`, first at once. It must bear two clocks; while it still runs a turn is skipped."""

    name: str
    every: timedelta
    job: Callable[[], object]


class Schedule:
    """Runs periodic jobs in threads of this process. One that raises is logged by the scheduler and runs again."""

    def __init__(self, jobs: Sequence[Periodic]) -> None:
        self._jobs = jobs
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        for one in self._jobs:
            self._scheduler.add_job(
                one.job,
                "interval",
                seconds=one.every.total_seconds(),
                id=one.name,
                next_run_time=datetime.now(UTC),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for running jobs."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
