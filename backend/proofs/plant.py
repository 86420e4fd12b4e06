"""A whole installation for proofs in real processes: database, Redis, crew; ERP and CRM in the proof's own process."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet

from backend.bootstrap import Container, Outside, container
from backend.config import Config
from backend.domain.order import OrderStatus
from backend.erp.memory.adapter import MemoryErp
from backend.ports.clock import Clock
from backend.ports.tokens import Priority
from backend.proofs.audit import Books, read_books
from backend.proofs.crew import SECRET, Crew
from backend.proofs.crm import OneCrm, ProofCrm
from backend.proofs.office import OneErp, make_crm, make_deal, manager_of, new_erp, open_account
from backend.proofs.outside.line import Desk
from backend.services.submit_order import submit_order
from backend.services.take_picture import take_picture
from backend.storage.redis.embedded import EmbeddedRedis

ACCOUNT = 31_000_001
PATIENCE_TO_WARM = 60.0


class RealClock:
    """Implements `ports.clock.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Plant:
    """`here`: this process's container, which presses buttons; `desk`: where the others find the outside."""

    here: Container
    crew: Crew
    desk: Desk
    erp: MemoryErp
    crm: ProofCrm
    redis_url: str
    last_deal: int = 1000

    def press(self) -> int:
        """A new deal whose order is accepted; its id."""
        self.last_deal += 1
        self.crm.deals[self.last_deal] = make_deal(self.last_deal, self.here.clock.now())
        self.press_again(self.last_deal)
        return self.last_deal

    def press_again(self, deal_id: int) -> None:
        services, caller = self.here.services, manager_of(ACCOUNT)
        seen = take_picture(services, ACCOUNT, deal_id, as_user=caller.user_id)
        submit_order(services, caller, deal_id, seen.fingerprint)

    def status(self, deal_id: int) -> OrderStatus | None:
        with self.here.store.read() as unit:
            found = unit.orders.latest_of_deal(ACCOUNT, deal_id)
        return found.status if found is not None else None

    def idle(self, deal_id: int) -> bool:
        """Its order is placed and nothing is left to do for the deal."""
        with self.here.store.read() as unit:
            open_kinds = unit.operations.open_kinds(ACCOUNT, deal_id)
        return not open_kinds and self.status(deal_id) is OrderStatus.PLACED

    def books(self) -> Books:
        return read_books(self.here.store.engine, ACCOUNT, self.here.clock.now(), self.erp, self.crm)


def wait_until(done: Callable[[], bool], seconds: float) -> float | None:
    """The moment it was so; None where it was not within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return time.monotonic()
        time.sleep(0.05)
    return None


@contextmanager
def plant(folder: Path, database_url: str, *, clock: Clock | None = None) -> Iterator[Plant]:
    """On a migrated database; nobody of the crew runs yet. `folder` must have a short path: sockets are made in it."""
    config = Config(
        data_dir=folder,
        database_url=database_url,
        secret_keys=(Fernet.generate_key().decode(),),
        amocrm_client_id="proofs",
        amocrm_client_secret=SECRET,
        port=_free_port(),
    )
    now = clock or RealClock()
    erp, crm = new_erp(now), make_crm(ACCOUNT, [], now.now())
    with ExitStack() as stack:
        desk = Desk(str(folder / "desk"), {"erp": erp, "crm": crm})
        stack.callback(desk.close)
        outside = Outside(OneErp(erp), OneCrm(crm))
        here = stack.enter_context(container(config, priority=Priority.PERSON, outside=outside, clock=clock))
        open_account(here.store, ACCOUNT, now.now())
        crew = Crew(config, str(folder / "desk"))
        stack.callback(crew.close)
        stack.callback(desk.gates.open_all)
        yield Plant(here, crew, desk, erp, crm, EmbeddedRedis(folder / "redis").url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
