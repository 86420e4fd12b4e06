"""The stage guard against the stand-in: real webhooks, a real web server, real workers, amoCRM's own limits."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from backend.app import create_app
from backend.bootstrap import Container, container, worker_parts
from backend.config import Config
from backend.domain.rules import ProtectedStage, Rules
from backend.jobs.serve import running
from backend.ports.crm import DealField, SetupWish
from backend.ports.store import DealsMark, OperationSearch
from backend.ports.tokens import Priority
from backend.storage import upgrade
from sandbox.amocrm.oauth.tokens import new_code
from tests.contract_crm.amo_world import ADMIN, AmoWorld
from tests.contract_crm.world import MANAGER
from tests.support.crm_house import ACCOUNT, CLIENT_ID, SECRET
from tests.support.storage import an_account
from tests.support.waiting import until

SALES, FIRST, ORDERED = 3177727, 32392156, 32392159


class Office:
    """Stockgate at work for the stand-in's account, and a manager with a browser."""

    def __init__(self, amo: AmoWorld, parts: Container) -> None:
        self._amo, self.parts = amo, parts
        self._browser = requests.Session()
        self._browser.post(f"{amo.server.url}/_sandbox/session", json={"user_id": MANAGER}).raise_for_status()

    def new_deals(self, count: int) -> list[int]:
        """In the first stage; back once Stockgate has seen them."""
        wanted = [{"name": f"Опт {n}", "pipeline_id": SALES, "status_id": FIRST} for n in range(count)]
        made = self._browser.post(f"{self._amo.server.url}/api/v4/leads", json=wanted).json()
        ids = [int(one["id"]) for one in made["_embedded"]["leads"]]
        until(lambda: all(self._known(one) for one in ids))
        return ids

    def drag(self, ids: Sequence[int], stage_id: int) -> None:
        moves = [{"id": one, "pipeline_id": SALES, "status_id": stage_id} for one in ids]
        self._browser.patch(f"{self._amo.server.url}/api/v4/leads", json=moves).raise_for_status()

    def stages(self, ids: Sequence[int]) -> Counter[int]:
        return Counter(self._amo.server.world.store.get("lead", one)["status_id"] for one in ids)  # type: ignore[index]

    def notes_waiting(self) -> int:
        with self.parts.store.read() as unit:
            return len(unit.desk.search(OperationSearch(account_id=ACCOUNT, kinds=("crm.note",), limit=500)))

    def ours(self) -> list[tuple[str, str, int]]:
        """Requests of the integration, notes apart: what moving the deals has cost."""
        log = self._amo.server.world.request_log
        return [
            (one["method"], one["path"], one["status"]) for one in log
            if one["path"].startswith("/api/v4") and "/notes" not in one["path"] and one["integration"]
        ]  # fmt: skip

    def statuses(self) -> Counter[int]:
        return Counter(one["status"] for one in self._amo.server.world.request_log)

    def _known(self, deal_id: int) -> bool:
        with self.parts.store.read() as unit:
            return unit.watch.get(ACCOUNT, deal_id) is not None


@pytest.fixture
def office(amo: AmoWorld, tmp_path: Path) -> Iterator[Office]:
    amo.server.world.limiter.configure({"enabled": True})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    hosts = [amo.host, amo.server.drive_url.removeprefix("http://")]
    config = Config(
        data_dir=tmp_path, amocrm_client_id=CLIENT_ID, amocrm_client_secret=SECRET, amocrm_sandbox_hosts=hosts
    )
    upgrade(config.database_url)
    with container(config, priority=Priority.BACKGROUND) as parts:
        web = make_server("127.0.0.1", 0, create_app(parts.api), threaded=True)
        serving = threading.Thread(target=web.serve_forever)
        serving.start()
        try:
            connect(amo, parts, f"http://127.0.0.1:{web.server_port}")
            with running(worker_parts(parts)):
                amo.server.world.request_log.clear()
                yield Office(amo, parts)
        finally:
            web.shutdown()
            serving.join()
            web.server_close()


def connect(amo: AmoWorld, parts: Container, address: str) -> None:
    """What the installation does, without its browser."""
    account = replace(an_account(ACCOUNT), domain=amo.host)
    integration = amo.server.world.store.get("integration", CLIENT_ID)
    assert integration is not None
    with parts.store.write() as unit:
        unit.accounts.save(account)
        unit.accounts.save_rules(ACCOUNT, Rules(protected_stages=(ProtectedStage(SALES, ORDERED),)))
        unit.accounts.save_deals_mark(ACCOUNT, DealsMark(until=parts.clock.now()))
    pair = amo.house.oauth.exchange(amo.host, new_code(amo.server.world, integration, ADMIN))
    parts.api.token_store.save(ACCOUNT, pair)
    hook = f"{address}/hooks/amocrm/{account.hook_secret}"
    names = {field: f"Поле {field.value}" for field in DealField}
    made = parts.services.crms.of(ACCOUNT).set_up(SetupWish(names, "Stockgate", hook))
    with parts.store.write() as unit:
        unit.accounts.save_crm_setup(ACCOUNT, made)


def test_a_deal_dragged_to_a_protected_stage_comes_back_with_a_note(office: Office, amo: AmoWorld) -> None:
    (deal,) = office.new_deals(1)
    office.drag([deal], ORDERED)
    began = time.monotonic()
    until(lambda: office.stages([deal]) == {FIRST: 1})
    print(f"moved back after {time.monotonic() - began:.2f} s")
    until(lambda: amo.notes(deal))
    assert "остатки по ней не проверены" in amo.notes(deal)[0]


def test_a_hundred_at_once_come_back_within_amocrms_limits(office: Office) -> None:
    deals = office.new_deals(100)
    until(lambda: office.stages(deals) == {FIRST: 100})
    before = len(office.ours())
    office.drag(deals, ORDERED)
    began = time.monotonic()
    until(lambda: office.stages(deals) == {FIRST: 100})
    took, calls = time.monotonic() - began, office.ours()[before:]
    until(lambda: office.notes_waiting() == 100)
    print(f"moved back after {took:.2f} s by {len(calls)} requests: {Counter(calls)}")
    assert len(calls) < 100, "fewer than one a deal, although the stand-in sends two hundred webhooks one by one"
    assert office.statuses()[429] == office.statuses()[403] == 0
