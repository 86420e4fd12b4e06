"""What a process without web tells Prometheus: its counters, and the installation's figures read at most so often."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.metrics_server import MetricsServer
from backend.ports.store import AlertKind, UnitOfWork
from backend.process_figures import FRESH_SECONDS, InstallationFigures
from backend.storage import SqlStore
from backend.storage.errors import StoreBusy
from tests.support.storage import ACCOUNT, START, TickingClock, make_store, sqlite_url

Figures = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


class Watched:
    """The store; counts its looks, and is busy when told."""

    def __init__(self, store: SqlStore) -> None:
        self.real = store
        self.reads = 0
        self.busy = False

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        self.reads += 1
        if self.busy:
            raise StoreBusy("busy")
        with self.real.read() as unit:
            yield unit

    def write(self):  # type: ignore[no-untyped-def]
        return self.real.write()


class Steady:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def store(tmp_path: Path, clock: TickingClock) -> Iterator[Watched]:
    real = make_store(sqlite_url(tmp_path), clock=clock)
    yield Watched(real)
    real.close()


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def figures(store: Watched, clock: TickingClock, steady: Steady) -> InstallationFigures:
    def left(accounts: Sequence[int]) -> Mapping[int, int]:
        return dict.fromkeys(accounts, 6)

    return InstallationFigures(store, clock, left, monotonic=steady)


def values(figures: InstallationFigures) -> Figures:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in figures.collect()
        for sample in family.samples
    }


def one(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_the_installations_figures(figures: InstallationFigures, store: Watched, clock: TickingClock) -> None:
    with store.real.write() as unit:
        waiting = {"payload": {}, "deal_id": None, "due_at": START}
        dead = unit.operations.add(ACCOUNT, kind="crm.note", key="dead", **waiting)
        unit.operations.add(ACCOUNT, kind="order.place", key="waits", **waiting)
        unit.operations.claim(dead, worker="w", now=START, lease=timedelta(seconds=9))
        unit.operations.die(dead, worker="w", now=START, code="crm_refused", detail="")
        unit.alerts.raise_alert(ACCOUNT, kind=AlertKind.ERP_DOWN, key="erp_down", data={}, now=START)
    clock.advance(timedelta(seconds=90))
    found = values(figures)
    assert found[one("stockgate_database_up")] == 1
    assert found[one("stockgate_operations_unfinished", lane="erp", state="waiting")] == 1
    assert found[one("stockgate_operation_oldest_seconds", lane="erp", state="waiting")] == 90
    assert found[one("stockgate_operations_dead", kind="crm.note")] == 1
    assert found[one("stockgate_alerts_open", kind="erp_down")] == 1
    assert found[one("stockgate_holds")] == found[one("stockgate_hooks_waiting")] == 0
    assert found[one("stockgate_crm_budget_left", account=str(ACCOUNT))] == 6


def test_asking_often_costs_the_database_nothing(figures: InstallationFigures, store: Watched, steady: Steady) -> None:
    for _ in range(50):
        values(figures)
    assert store.reads == 1
    steady.now += FRESH_SECONDS + 1
    values(figures)
    assert store.reads == 2


def test_a_crowd_asks_once(figures: InstallationFigures, store: Watched) -> None:
    crowd = [threading.Thread(target=values, args=(figures,)) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert store.reads == 1


def test_without_a_database_only_that_is_told(figures: InstallationFigures, store: Watched) -> None:
    store.busy = True
    assert values(figures) == {one("stockgate_database_up"): 0}


def fetched(server: MetricsServer) -> set[str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {family.name for family in text_string_to_metric_families(text)}


def test_served_over_http_with_the_process_own_counters(figures: InstallationFigures) -> None:
    server = MetricsServer("127.0.0.1", 0, [figures])
    server.start()
    assert {"stockgate_database_up", "stockgate_operations"} <= fetched(server)
    server.stop()
    assert server.port is None


def test_a_port_that_is_taken_stops_no_work() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = MetricsServer("127.0.0.1", taken.getsockname()[1])
        server.start()
        assert server.port is None
        server.stop()


def test_two_in_one_process_do_not_disturb_each_other(figures: InstallationFigures) -> None:
    first, second = MetricsServer("127.0.0.1", 0, [figures]), MetricsServer("127.0.0.1", 0)
    for server in (first, second):
        server.start()
    assert "stockgate_database_up" in fetched(first)
    assert "stockgate_database_up" not in fetched(second)
    for server in (first, second):
        server.stop()
