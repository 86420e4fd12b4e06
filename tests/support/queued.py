"""An outage of the house: the ERP falls silent, orders go into the queue, the ERP comes back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from backend.ports.store import Operation
from backend.services.queue.offer import QUEUED
from backend.services.queue.press import queue_order, take_out_of_queue
from backend.services.viewer import Caller
from tests.support.house import ACCOUNT, MANAGER, House

AWHILE = timedelta(minutes=10)


def offline(house: House, deal_id: int, who: Caller = MANAGER) -> dict[str, Any]:
    """The deal was looked at, then the ERP fell silent; the panel of now."""
    house.live(deal_id, who)
    house.erp.script.down()
    return house.live(deal_id, who)


def queue(house: House, deal_id: int, who: Caller = MANAGER) -> dict[str, Any]:
    """`offline`, and *Put into the queue* pressed on what was seen; the answer's panel."""
    seen = offline(house, deal_id, who)["queue"]["fingerprint"]
    return dict(json.loads(queue_order(house.services, who, deal_id, seen)))


def take_out(house: House, deal_id: int, who: Caller = MANAGER) -> dict[str, Any]:
    return dict(json.loads(take_out_of_queue(house.services, who, deal_id)))


def back(house: House) -> None:
    """The ERP answers again and all that waited had its turn."""
    house.erp.script.up()
    house.drain(AWHILE)


def days_go_by(house: House, days: int = 4) -> None:
    """It is tried again and again all the time."""
    for _ in range(days * 8):
        house.clock.advance(timedelta(hours=3))
        house.drain()


def waiting(house: House, deal_id: int) -> Operation | None:
    with house.store.read() as unit:
        return unit.operations.open_of_deal(ACCOUNT, deal_id, QUEUED)


def task_texts(house: House, deal_id: int) -> dict[int, list[str]]:
    """Texts of tasks by the person they are for."""
    found: dict[int, list[str]] = {}
    for task in house.crm.tasks.values():
        if task.draft.deal_id == deal_id:
            found.setdefault(task.draft.user_id, []).append(task.draft.text)
    return found
