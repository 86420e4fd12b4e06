"""The people of the outage: orders pressed before it; put into the queue (some taken out and put again) during it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from backend.domain.errors import Retryable
from backend.proofs.office import make_deal, manager_of
from backend.proofs.plant import ACCOUNT, Plant
from backend.services.queue.press import queue_order, take_out_of_queue
from backend.services.show_panel import show_live

PEOPLE = 4
TAKEN_OUT = 0.2


def look_at_new_deals(plant: Plant, count: int) -> Sequence[int]:
    """New deals, each opened once while the ERP answers: panels have last known figures."""
    first = plant.last_deal + 1
    plant.last_deal += count
    deals = range(first, first + count)
    for deal_id in deals:
        plant.crm.deals[deal_id] = make_deal(deal_id, plant.here.clock.now())
    _side_by_side(lambda deal_id: show_live(plant.here.services, manager_of(ACCOUNT), deal_id), deals)
    return deals


def press_all(plant: Plant, deals: Sequence[int]) -> None:
    """*Place order* in each deal, side by side."""
    _side_by_side(plant.press_again, deals)


def queue_over(plant: Plant, deals: Sequence[int], seconds: float, random: Random) -> int:
    """*Put into the queue* in each deal, spread evenly over `seconds`; in some it is taken out and put again. How often
    it was pressed."""
    again = {deal_id for deal_id in deals if random.random() < TAKEN_OUT}
    begun, pace = time.monotonic(), seconds / max(len(deals), 1)

    def one(at: tuple[int, int]) -> int:
        number, deal_id = at
        time.sleep(max(0.0, begun + number * pace - time.monotonic()))
        _queue(plant, deal_id)
        if deal_id in again:
            take_out_of_queue(plant.here.services, manager_of(ACCOUNT), deal_id)
            _queue(plant, deal_id)
        return 1 + (deal_id in again)

    with ThreadPoolExecutor(PEOPLE) as people:
        return sum(people.map(one, enumerate(deals)))


def _queue(plant: Plant, deal_id: int) -> None:
    """As the card does it: what the panel offers is pressed."""
    services, caller = plant.here.services, manager_of(ACCOUNT)
    panel = json.loads(show_live(services, caller, deal_id))
    offer = panel["queue"]
    if offer is None:
        raise Retryable(f"the panel of deal {deal_id} offers no queue: {panel['state']}")
    queue_order(services, caller, deal_id, offer["fingerprint"])


def _side_by_side(one: Callable[[int], object], deals: Sequence[int]) -> None:
    with ThreadPoolExecutor(PEOPLE) as people:
        for _ in people.map(one, deals):
            pass
