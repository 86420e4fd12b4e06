"""Baskets that cross: twenty products in all orders, a product on two lines, kits with a part in common; from threads
over several stores and from several processes. The history of each race is judged by `backend.proofs.history`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from backend.ports.store import HoldWant
from backend.proofs.history import Verdict, judge_files
from backend.proofs.recorder import Recorder
from backend.storage import ConditionalGuard, NoGuard, SqlStore
from backend.storage.guard import HoldGuard
from tests.support.databases import Databases
from tests.support.storage import ACCOUNT, START, make_store, open_store

CAPACITY = 4
PRODUCTS = [f"p{number:02}" for number in range(20)]
Basket = Sequence[tuple[str, int]]
"""Product and pieces, line by line."""


def ordered_differently(sellers: int, seed: int = 20261122) -> list[Basket]:
    """The same twenty products, each seller in an order of their own."""
    draw = random.Random(seed)
    return [[(product, 1) for product in draw.sample(PRODUCTS, len(PRODUCTS))] for _ in range(sellers)]


def sell(store: SqlStore, record: Recorder, name: str, basket: Basket) -> bool:
    """One order, as all of it or nothing, told to the history; half of what is taken is given up again at once."""
    pieces = Counter[str]()
    for product, quantity in basket:
        pieces[product] += quantity
    wants = [HoldWant(name, product, "w", Decimal(quantity), Decimal(CAPACITY)) for product, quantity in basket]
    record.ask(name, pieces)
    with store.write() as unit:
        short = unit.holds.take(ACCOUNT, wants, taken_at=START, now=START)
    record.write("refuse" if short else "accept", order=name)
    return not short


def give_up(store: SqlStore, record: Recorder, name: str) -> None:
    record.write("release", order=name)
    with store.write() as unit:
        unit.holds.release(ACCOUNT, name, at=datetime.now(UTC))
    record.write("released", order=name)


class Shop:
    """A database with what is on the shelf, and the folder its history is written to."""

    def __init__(self, url: str, folder: Path, products: Sequence[str], guard: HoldGuard) -> None:
        self.url, self.folder, self.products, self.guard = url, folder, products, guard
        make_store(url).close()
        with Recorder(folder / "0-stock.jsonl") as record:
            for product in products:
                record.write("stock", product=product, quantity=str(CAPACITY))

    def crowd(self, baskets: Sequence[Basket], *, stores: int = 2, give_back: bool = False) -> list[bool]:
        """Every basket from a thread of its own, all let go at once, spread over stores as over processes."""
        opened = [open_store(self.url, guard=self.guard, pool_size=20) for _ in range(stores)]
        gate = threading.Barrier(len(baskets))

        def go(number: int) -> bool:
            store = opened[number % stores]
            with Recorder(self.folder / f"seller-{number}.jsonl") as record:
                gate.wait()
                won = sell(store, record, f"o{number}", baskets[number])
                if won and give_back and number % 2:
                    give_up(store, record, f"o{number}")
            return won

        with ThreadPoolExecutor(len(baskets)) as pool:
            won = list(pool.map(go, range(len(baskets))))
        for store in opened:
            store.close()
        return won

    def verdict(self) -> Verdict:
        """After everybody has gone: what is held, and the judge."""
        store = open_store(self.url)
        with Recorder(self.folder / "z-end.jsonl") as record:
            record.write("look")
            with store.read() as unit:
                counted = unit.holds.counted(ACCOUNT, list(self.products), ["w"], taken_at=START)
            record.held({product: quantity for (product, _), quantity in counted.items()})
        store.close()
        return judge_files(sorted(self.folder.glob("*.jsonl")))


Open = Callable[..., Shop]


@pytest.fixture
def shop(databases: Databases, tmp_path: Path) -> Open:
    def opened(products: Sequence[str] = PRODUCTS, guard: HoldGuard | None = None) -> Shop:
        return Shop(databases.migrated(), tmp_path, products, guard or ConditionalGuard())

    return opened


def test_twenty_products_in_all_orders_neither_deadlock_nor_oversell(shop: Open) -> None:
    here = shop()
    won = here.crowd(ordered_differently(12))
    verdict = here.verdict()
    assert verdict.ok, verdict.faults
    assert won.count(True) == verdict.accepted == CAPACITY


def test_the_same_baskets_without_the_guard_oversell(shop: Open) -> None:
    here = shop(guard=NoGuard())
    here.crowd(ordered_differently(8))
    verdict = here.verdict()
    assert verdict.oversold == 8 - CAPACITY


def test_what_is_given_back_while_others_take_is_neither_lost_nor_sold_twice(shop: Open) -> None:
    here = shop(PRODUCTS[:3])
    here.crowd([[(product, 1) for product in PRODUCTS[:3]] for _ in range(16)], give_back=True)
    verdict = here.verdict()
    assert verdict.ok, verdict.faults
    assert verdict.accepted >= CAPACITY


def test_a_product_on_two_lines_is_one_claim(shop: Open) -> None:
    """Two and one of four, by everybody: one has them, and no second fits beside it."""
    here = shop(["p00"])
    won = here.crowd([[("p00", 2), ("p00", 1)] for _ in range(8)])
    verdict = here.verdict()
    assert verdict.ok, verdict.faults
    assert won.count(True) == 1


def test_kits_with_a_part_in_common_share_what_there_is_of_it(shop: Open) -> None:
    """Two kinds of kits, each of two screws and a plate of its own: screws for two kits, whichever."""
    here = shop(["screw", "plate-a", "plate-b"])
    kits = [[("screw", 2), ("plate-a", 1)], [("plate-b", 1), ("screw", 2)]]
    won = here.crowd([kits[number % 2] for number in range(10)])
    verdict = here.verdict()
    assert verdict.ok, verdict.faults
    assert won.count(True) == CAPACITY // 2


def test_several_processes_with_crossing_baskets(shop: Open, databases: Databases) -> None:
    here = shop()
    command = [sys.executable, "-m", "tests.race.test_baskets", here.url, str(here.folder)]
    children = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(3)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
    told = [json.loads(child.stdout.read()) for child in children if child.stdout]
    assert [child.wait() for child in children] == [0, 0, 0]
    verdict = here.verdict()
    assert verdict.ok, verdict.faults
    assert sum(told) == verdict.accepted >= CAPACITY
    assert verdict.refused > 0


def one_of_several(url: str, folder: Path, number: int) -> int:
    """A process's share: eight baskets of twenty one after another, every second one given back. How many it got."""
    store = open_store(url)
    print("ready", flush=True)
    sys.stdin.read()
    won = 0
    with Recorder(folder / f"process-{number}.jsonl") as record:
        for turn, basket in enumerate(ordered_differently(8, seed=number)):
            name = f"o{number}-{turn}"
            if sell(store, record, name, basket):
                won += 1
                if turn % 2:
                    give_up(store, record, name)
    store.close()
    return won


if __name__ == "__main__":
    print(one_of_several(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
