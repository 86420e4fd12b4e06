"""The real engine: operations announced, spread and run by Dramatiq over our own Redis and over RabbitMQ."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dramatiq
import pytest
import redis

from backend.domain.errors import Invalid, Retryable
from backend.jobs.engine import DramatiqAnnouncer, make_broker
from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner, Outcome
from backend.jobs.schedule import Periodic, Schedule
from backend.jobs.serve import running
from backend.jobs.sweep import Sweep
from backend.jobs.work import Work
from backend.ports.store import Operation, OperationState
from backend.storage import SqlStore
from backend.storage.errors import StoreBusy
from backend.storage.redis import EmbeddedRedis
from tests.support.brokers import BROKERS
from tests.support.databases import Sqlite
from tests.support.storage import ACCOUNT, WallClock, make_store
from tests.support.waiting import until

CLOCK = WallClock()


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dramatiq.Broker]:
    with BROKERS[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def queue() -> str:
    return f"test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def house(broker: dramatiq.Broker, queue: str, sqlite: Sqlite) -> Iterator[SqlStore]:
    announcer = DramatiqAnnouncer(broker, name=queue)
    store = make_store(sqlite.migrated(), clock=CLOCK, announcer=announcer)
    yield store
    store.close()


def add(store: SqlStore, key: str, deal: int | None) -> str:
    with store.write() as unit:
        return unit.operations.add(ACCOUNT, kind="place", key=key, payload={}, deal_id=deal, due_at=CLOCK.now())


def done(store: SqlStore, ids: list[str]) -> bool:
    with store.read() as unit:
        found = [unit.operations.get(each) for each in ids]
    return all(each is not None and each.state is OperationState.DONE for each in found)


def test_announced_work_is_run_in_order_per_deal_and_retried(
    house: SqlStore, broker: dramatiq.Broker, queue: str
) -> None:
    ran: list[tuple[int | None, str]] = []
    failing = {"1:0"}

    def work(operation: Operation) -> None:
        if operation.key in failing:
            failing.discard(operation.key)
            raise Retryable
        ran.append((operation.deal_id, operation.key))

    runner = OperationRunner(house, CLOCK, {"place": work}, Policy(first=timedelta(milliseconds=200)))
    with running([Work(broker, runner, threads=4, name=queue)]):
        ids = [add(house, f"{deal}:{number}", deal) for number in range(3) for deal in (1, 2)]
        until(lambda: done(house, ids))
    for deal in (1, 2):
        assert [key for its_deal, key in ran if its_deal == deal] == [f"{deal}:{number}" for number in range(3)]


def test_a_graceful_stop_lets_running_work_end(house: SqlStore, broker: dramatiq.Broker, queue: str) -> None:
    started, go_on = threading.Event(), threading.Event()

    def work(_: Operation) -> None:
        started.set()
        assert go_on.wait(20)

    runner = OperationRunner(house, CLOCK, {"place": work})
    with running([Work(broker, runner, threads=2, name=queue)]):
        made = add(house, "k", None)
        assert started.wait(20)
        threading.Timer(0.2, go_on.set).start()
    assert done(house, [made])


def test_what_was_never_announced_is_found_by_the_sweep(broker: dramatiq.Broker, queue: str, sqlite: Sqlite) -> None:
    store = make_store(sqlite.migrated(), clock=CLOCK)
    lost = add(store, "k", None)
    runner = OperationRunner(store, CLOCK, {"place": lambda _: None})
    sweep = Sweep(store, CLOCK, DramatiqAnnouncer(broker, name=queue), quiet=timedelta(0))
    clockwork = Schedule([Periodic("sweep", timedelta(seconds=1), sweep)])
    with running([Work(broker, runner, threads=1, name=queue), clockwork]):
        until(lambda: done(store, [lost]))
    store.close()


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock", "amqp://guest:guest@127.0.0.1:1"]
)
def test_an_engine_that_cannot_be_told_does_not_fail_who_commits(url: str, sqlite: Sqlite) -> None:
    store = make_store(sqlite.migrated(), clock=CLOCK, announcer=DramatiqAnnouncer(make_broker(url)))
    made = add(store, "k", None)
    with store.read() as unit:
        assert unit.operations.runnable(now=CLOCK.now(), limit=9) == [made]
    store.close()


def test_what_a_broker_forgot_is_run_all_the_same(house: SqlStore, broker: dramatiq.Broker, queue: str) -> None:
    """Flushed in mid-flight: some had run, some were on their way, the rest waited."""
    halfway, go_on = threading.Event(), threading.Event()

    def work(operation: Operation) -> None:
        if operation.key == "20":
            halfway.set()
            assert go_on.wait(20)

    runner = OperationRunner(house, CLOCK, {"place": work})
    sweep = Sweep(house, CLOCK, DramatiqAnnouncer(broker, name=queue), quiet=timedelta(seconds=1))
    with running([Work(broker, runner, threads=2, name=queue)]):
        ids = [add(house, f"{number}", number) for number in range(40)]
        assert halfway.wait(20)
        broker.flush_all()
        go_on.set()
        until(lambda: sweep() + done(house, ids) and done(house, ids), seconds=40)


def test_a_broker_counts_what_nobody_took(house: SqlStore, broker: dramatiq.Broker, queue: str) -> None:
    announcer = DramatiqAnnouncer(broker, name=queue)
    assert announcer.waiting() == 0
    for number in range(3):
        add(house, f"{number}", number)
    until(lambda: announcer.waiting() == 3)


def test_a_store_that_took_no_part_costs_no_message_and_no_worker(
    house: SqlStore, broker: dramatiq.Broker, queue: str
) -> None:
    """The end cannot be written: the worker lives, the claim runs out, the sweep brings it back, it is read back."""
    refused, seen = [StoreBusy("read-only"), StoreBusy("read-only")], []

    class Runner(OperationRunner):
        def run(self, operation_id: str) -> Outcome:
            if refused:
                raise refused.pop()
            return super().run(operation_id)

    runner = Runner(house, CLOCK, {"place": lambda operation: seen.append(operation.key)})
    sweep = Sweep(house, CLOCK, DramatiqAnnouncer(broker, name=queue), quiet=timedelta(seconds=1))
    with running([Work(broker, runner, threads=1, name=queue)]):
        made = add(house, "k", None)
        until(lambda: sweep() + done(house, [made]) and done(house, [made]), seconds=40)
    assert (seen, refused) == (["k"], [])


def test_work_goes_on_after_redis_was_killed(tmp_path: Path, queue: str, sqlite: Sqlite) -> None:
    """What Redis knew is lost with it; the rows and the sweep bring everything back."""
    own = EmbeddedRedis(tmp_path)
    own.start()
    broker = make_broker(own.url)
    announcer = DramatiqAnnouncer(broker, name=queue)
    store = make_store(sqlite.migrated(), clock=CLOCK, announcer=announcer)
    ids = [add(store, f"before-{number}", number) for number in range(20)]
    with redis.Redis.from_url(own.url) as client:
        os.kill(client.info()["process_id"], signal.SIGKILL)
    ids += [add(store, f"after-{number}", number) for number in range(20)]
    runner = OperationRunner(store, CLOCK, {"place": lambda _: None})
    sweeping = Schedule(
        [Periodic("sweep", timedelta(seconds=1), Sweep(store, CLOCK, announcer, quiet=timedelta(seconds=1)))]
    )
    with running([Work(broker, runner, threads=2, name=queue), sweeping]):
        until(lambda: done(store, ids), seconds=40)
    store.close()
    broker.close()
    own.stop()


def test_a_broker_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid):
        make_broker("kafka://somewhere")


def test_a_job_that_fails_comes_round_again() -> None:
    turns: list[int] = []

    def job() -> None:
        turns.append(1)
        raise RuntimeError

    with running([Schedule([Periodic("poison", timedelta(milliseconds=50), job)])]):
        until(lambda: len(turns) >= 3)


def test_parts_stop_in_reverse_even_when_one_does_not_start() -> None:
    said: list[str] = []

    class Told:
        def __init__(self, name: str, *, broken: bool = False) -> None:
            self.name, self.broken = name, broken

        def start(self) -> None:
            if self.broken:
                raise OSError
            said.append(f"+{self.name}")

        def stop(self) -> None:
            said.append(f"-{self.name}")

    with pytest.raises(OSError), running([Told("a"), Told("b"), Told("c", broken=True)]):  # noqa: PT011
        pass
    assert said == ["+a", "+b", "-b", "-a"]


def test_a_process_serves_until_it_is_asked_to_end() -> None:
    script = (
        "from backend.jobs.serve import serve\n"
        "class Said:\n"
        "    def start(self): print('start', flush=True)\n"
        "    def stop(self): print('stop', flush=True)\n"
        "serve([Said()])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "start\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == "stop\n"
    assert process.returncode == 0
