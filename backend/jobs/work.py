"""A process's share of the work: worker threads and the heartbeat of what they run."""

from __future__ import annotations

from datetime import timedelta

import dramatiq

from backend.jobs.engine import QUEUE, declare
from backend.jobs.runner import OperationRunner


class Work:
    """Worker threads of this process. `stop()` waits for running operations up to `grace`; what is cut short comes back
    when its lease ran out."""

    def __init__(
        self,
        broker: dramatiq.Broker,
        runner: OperationRunner,
        *,
        threads: int = 8,
        queue: str = QUEUE,
        grace: timedelta = timedelta(seconds=30),
    ) -> None:
        declare(broker, runner.run, queue=queue)
        self._runner = runner
        self._grace = grace
        self._worker = dramatiq.Worker(broker, queues={queue}, worker_threads=threads, worker_timeout=100)

    def start(self) -> None:
        self._runner.pulse.start()
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop(timeout=int(self._grace / timedelta(milliseconds=1)))
        self._runner.pulse.stop()
