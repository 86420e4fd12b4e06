"""A crowd of sellers in processes and threads on one database, its history, and what the judge says of it."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import select

from backend.ports.queue import Queue
from backend.ports.store import Account, AccountState
from backend.proofs.history import Verdict, judge_files
from backend.proofs.oversell.seller import ACCOUNT, WAREHOUSE, Seller, Sold, product_name
from backend.proofs.oversell.shelf import Shelf
from backend.proofs.recorder import Recorder
from backend.storage import ConditionalGuard, NoGuard, SecretBox, SqlStore, make_engine
from backend.storage.tables import operation
from backend.storage.tables import order as order_table

PATIENCE = timedelta(minutes=2)
"""How long a seller waits for its turn at the database; a crowd at SQLite's single door may have to."""


START = "fork" if sys.platform == "linux" else "spawn"
"""The command has one thread when its sellers start, and nothing to import again in each of them."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many sell what: `pieces` of each of `products` on the shelf at first, `submits` among all sellers."""

    submits: int
    processes: int = 3
    threads: int = 3
    products: int = 3
    pieces: int = 4

    @property
    def sellers(self) -> int:
        return self.processes * self.threads


@dataclass(frozen=True, slots=True)
class Sale:
    """What came of it. `took`: seconds of every submit."""

    verdict: Verdict
    took: Sequence[float]
    accepted: int
    refused: int
    busy: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Shift:
    """What a child process is told."""

    url: str
    guarded: bool
    folder: Path
    number: int
    threads: int
    submits: int
    seed: int


class _Deaf:
    """Nobody runs the operations of this proof."""

    def announce(self, operation_id: str, *, delay: timedelta, queue: Queue) -> None: ...

    def waiting(self) -> int | None:
        return 0


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def run(crowd: Crowd, url: str, folder: Path, *, guarded: bool, seed: int) -> Sale:
    """Let the crowd sell on the migrated database at `url`; its history goes to `folder`. `guarded` False: with the
    guard of the holds taken away, all else as it is."""
    folder.mkdir()
    context = multiprocessing.get_context(START)
    shelf = Shelf(context, [crowd.pieces] * crowd.products)
    with _store(url, guarded=guarded, threads=1) as store, Recorder(folder / "before.jsonl") as record:
        _account(store)
        for product in range(crowd.products):
            record.write("stock", product=product_name(product), quantity=str(crowd.pieces))
    gate = context.Barrier(crowd.processes)
    share = -(-crowd.submits // crowd.sellers)
    shifts = [Shift(url, guarded, folder, number, crowd.threads, share, seed) for number in range(crowd.processes)]
    children = [context.Process(target=_work, args=(shift, shelf, gate), daemon=True) for shift in shifts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    sold = [one for shift in shifts for one in _results(shift)]
    with _store(url, guarded=guarded, threads=1) as store:
        _look_at_the_end(store, crowd, folder / "z-after.jsonl")
    return Sale(
        verdict=judge_files(sorted(folder.glob("*.jsonl"))),
        took=[seconds for one in sold for seconds in one.took],
        accepted=sum(one.accepted for one in sold),
        refused=sum(one.refused for one in sold),
        busy=sum(one.busy for one in sold),
        seconds=max(one.ended for one in sold) - min(one.begun for one in sold),
    )


def _work(shift: Shift, shelf: Shelf, gate: Barrier) -> None:
    """One process: its threads begin when all processes are ready."""
    with _store(shift.url, guarded=shift.guarded, threads=shift.threads) as store:
        gate.wait()
        with ThreadPoolExecutor(shift.threads) as pool:
            sold = list(pool.map(lambda thread: _sell(shift, store, shelf, thread), range(shift.threads)))
    (shift.folder / f"sold-{shift.number}.pickle").write_bytes(pickle.dumps(sold))


def _sell(shift: Shift, store: SqlStore, shelf: Shelf, thread: int) -> Sold:
    number = shift.number * shift.threads + thread + 1
    with Recorder(shift.folder / f"seller-{number}.jsonl") as record:
        seller = Seller(store, shelf, record, number=number, seed=shift.seed)
        seller.sell(shift.submits)
    return seller.sold


def _results(shift: Shift) -> Sequence[Sold]:
    """Raises FileNotFoundError where the process died: the crowd was not what it was said to be."""
    sold: Sequence[Sold] = pickle.loads((shift.folder / f"sold-{shift.number}.pickle").read_bytes())  # noqa: S301 (ours)
    return sold


def _look_at_the_end(store: SqlStore, crowd: Crowd, path: Path) -> None:
    """What is held for whom, and which orders are whole (the order and its operation), by the rows themselves."""
    products = [product_name(one) for one in range(crowd.products)]
    whole = select(order_table.c.id).join(operation, operation.c.key == "place:" + order_table.c.id)
    with Recorder(path) as record:
        record.write("look")
        with store.read() as unit:
            counted = unit.holds.counted(ACCOUNT, products, [WAREHOUSE], taken_at=datetime.now(UTC))
        record.held({product: quantity for (product, _), quantity in counted.items()})
        with store.engine.connect() as connection:
            record.kept(connection.execute(whole).scalars().all())


@contextmanager
def _store(url: str, *, guarded: bool, threads: int) -> Iterator[SqlStore]:
    guard = ConditionalGuard() if guarded else NoGuard()
    box = SecretBox([Fernet.generate_key().decode()])
    engine = make_engine(url, pool_size=threads, busy=PATIENCE)
    store = SqlStore(engine, clock=_Clock(), box=box, announcer=_Deaf(), guard=guard)
    try:
        yield store
    finally:
        store.close()


def _account(store: SqlStore) -> None:
    with store.write() as unit:
        unit.accounts.save(
            Account(
                id=ACCOUNT,
                domain="proof.amocrm.ru",
                name="Proof",
                timezone="Europe/Moscow",
                currency="RUB",
                language="en",
                state=AccountState.ACTIVE,
                hook_secret="proof",  # noqa: S106 (nobody's)
                installed_at=datetime.now(UTC),
            )
        )
