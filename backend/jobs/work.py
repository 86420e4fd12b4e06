"""A process's share of the work: worker threads and the heartbeat of what they run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import dramatiq

from backend.jobs.engine import NAME, declare, queue_name
from backend.jobs.runner import OperationRunner
from backend.ports.queue import Queue

QUICK_THREADS = 2


class Work:
    """Worker threads of this process: `threads` for each queue, QUICK_THREADS for the quick one. `stop()` waits for
    running operations up to `grace`; what is cut short comes back when its lease ran out."""

    def __init__(
        self,
        broker: dramatiq.Broker,
        runner: OperationRunner,
        *,
        threads: int = 8,
        name: str = NAME,
        grace: timedelta = timedelta(seconds=30),
    ) -> None:
        declare(broker, runner.run, name=name)
        self._runner = runner
        self._grace = grace
        self._workers = [
            dramatiq.Worker(
                broker,
                queues={queue_name(name, queue)},
                worker_threads=QUICK_THREADS if queue is Queue.QUICK else threads,
                worker_timeout=100,
            )
            for queue in Queue
        ]

    def start(self) -> None:
        self._runner.pulse.start()
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        patience = int(self._grace / timedelta(milliseconds=1))
        with ThreadPoolExecutor(len(self._workers)) as stopping:
            for worker in self._workers:
                stopping.submit(worker.stop, timeout=patience)
        self._runner.pulse.stop()
