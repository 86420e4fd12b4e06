"""What is killed, and when. A round answers with the seconds from the kill to the moments work resumed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine

from backend.proofs.crew import kill_redis
from backend.proofs.outside.gates import Gate
from backend.proofs.plant import Plant, wait_until
from backend.proofs.recovery.web import PressedInVain, kill_after_commit

PATIENCE = 120.0
CUT_EVERY, CUT_FOR = 0.1, 3.0
CROWD = 12


@dataclass(frozen=True, slots=True)
class Resumed:
    """`what` was under way, and after how many seconds another process took it up and brought it to its end."""

    what: str
    taken_up: float
    ended: float


class NeverResumed(Exception):
    """Work did not go on within `PATIENCE`."""


Round = Callable[[Plant], Sequence[Resumed]]


def worker_in_mid_operation(plant: Plant) -> Sequence[Resumed]:
    """The only worker is killed while it waits for the ERP (which has not begun; which has done it) and for the CRM;
    another one is there, with an idle queue."""
    stopped = _in_mid_operation(plant)
    plant.crew.start(second="worker")
    at = plant.crew.kill("first")
    found = _resumed(plant, stopped, at)
    plant.crew.start(first="worker")
    plant.crew.kill("second")
    return found


def everybody_at_once(plant: Plant) -> Sequence[Resumed]:
    """Worker, clock and Redis in the same moment, all of them in the midst of work; what watches over processes starts
    them again."""
    stopped = _in_mid_operation(plant)
    at = plant.crew.kill("first", "clock")
    kill_redis(plant.redis_url)
    plant.crew.start(first="worker", clock="clock")
    return _resumed(plant, stopped, at)


def redis_while_it_is_told(plant: Plant) -> Sequence[Resumed]:
    """Redis is killed, and orders are accepted at once: nobody hears of them."""
    at = kill_redis(plant.redis_url)
    deals = [plant.press() for _ in range(3)]
    found = []
    for deal_id in deals:
        ended = wait_until(lambda deal_id=deal_id: plant.idle(deal_id), PATIENCE)  # type: ignore[misc]
        first = plant.desk.gates.since(at, "erp.place_order", f"AMO-{deal_id}-")
        if ended is None or first is None:
            raise NeverResumed(f"deal {deal_id} after Redis was killed")
        found.append(Resumed("order accepted while Redis was gone", first.at - at, ended - at))
    return found


def web_in_mid_submit(plant: Plant) -> Sequence[Resumed]:
    """The web process is killed after it accepted an order and before it said so."""
    try:
        deal_id, at, shown = kill_after_commit(plant, PATIENCE)
    except (PressedInVain, TimeoutError) as error:
        raise NeverResumed(str(error)) from error
    ended = wait_until(lambda: plant.idle(deal_id), PATIENCE)
    if ended is None:
        raise NeverResumed(f"deal {deal_id} after the web process was killed")
    return [Resumed("order accepted, answer not sent", shown - at, ended - at)]


def database_connections(plant: Plant) -> Sequence[Resumed]:
    """PostgreSQL ends every connection of ours again and again while a crowd of orders is under way."""
    deals = [plant.press() for _ in range(CROWD)]
    cutting = threading.Event()
    cutter = threading.Thread(target=_cut, args=(plant.here.store.engine, cutting))
    cutter.start()
    time.sleep(CUT_FOR)
    cutting.set()
    cutter.join()
    at = time.monotonic()
    found = []
    for deal_id in deals:
        ended = wait_until(lambda deal_id=deal_id: plant.idle(deal_id), PATIENCE)  # type: ignore[misc]
        if ended is None:
            raise NeverResumed(f"deal {deal_id} after its connections were cut")
        found.append(Resumed("order under way while connections were cut", max(ended - at, 0), max(ended - at, 0)))
    return found


ROUNDS: Mapping[str, Round] = {
    "worker_killed": worker_in_mid_operation,
    "redis_killed": redis_while_it_is_told,
    "web_killed": web_in_mid_submit,
    "all_killed": everybody_at_once,
    "connections_cut": database_connections,
}


@dataclass(frozen=True, slots=True)
class _Stopped:
    what: str
    deal_id: int
    gate: Gate


def _in_mid_operation(plant: Plant) -> Sequence[_Stopped]:
    """Three orders of which each has come as far as a call outside, and stands there."""
    places = (("erp.place_order", False), ("erp.place_order", True), ("crm.add_note", False))
    found = []
    for name, after in places:
        deal_id = plant.last_deal + 1
        about = f"AMO-{deal_id}-" if name.startswith("erp") else f"{deal_id}, "
        gate = plant.desk.gates.close(name, about, after=after)
        plant.press()
        found.append(_Stopped(f"{name} {'done' if after else 'asked'}", deal_id, gate))
    for one in found:
        one.gate.wait(PATIENCE)
    return found


def _resumed(plant: Plant, stopped: Sequence[_Stopped], at: float) -> Sequence[Resumed]:
    found = []
    for one in stopped:
        ended = wait_until(lambda one=one: plant.idle(one.deal_id), PATIENCE)  # type: ignore[misc]
        again = plant.desk.gates.since(at, one.gate.name, one.gate.about)
        if ended is None or again is None:
            raise NeverResumed(one.what)
        found.append(Resumed(one.what, again.at - at, ended - at))
    for one in stopped:
        one.gate.open()
    return found


def _cut(engine: Engine, stop: threading.Event) -> None:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.wait(CUT_EVERY):
            connection.execute(others, (engine.url.database,))
