"""A deal's field says what its check is, whoever changed it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

from backend.domain.approval import ApprovalState
from backend.domain.policy import Outcome
from backend.ports.crm import CrmSetup
from backend.ports.store import UnitOfWork
from backend.services.stock_check import check_state, tell_check
from backend.storage import SqlStore
from tests.support.pictures import a_picture
from tests.support.storage import ACCOUNT, START, an_account, an_approval

ROUNDS = 25
LATER = START + timedelta(minutes=4)
SETUP = CrmSetup({}, "group", 1, None, None, None, "https://stockgate.example/hooks/amocrm/x")


def test_a_verdict_and_a_new_picture_at_once(store: SqlStore) -> None:
    """The supervisor allows what was seen; at that moment prices change, so the approval is not of this picture."""
    with store.write() as unit:
        unit.accounts.save_crm_setup(ACCOUNT, SETUP)
    with ThreadPoolExecutor(2) as pool:
        for deal_id in range(ROUNDS):
            pending = an_approval(f"a-{deal_id}", deal_id=deal_id, deadline=START + timedelta(days=2))
            with store.write() as unit:
                unit.pictures.keep(a_picture(deal_id=deal_id, outcome=Outcome.ASK, told="failed"))
                unit.approvals.add(pending)
            _at_once(pool, store, deal_id, _allow(replace(pending, state=ApprovalState.APPROVED)), _other_prices)
            with store.read() as unit:
                kept = unit.pictures.check(ACCOUNT, deal_id)
                assert kept is not None
                assert kept.told == check_state(unit, ACCOUNT, deal_id, kept.basket, LATER)


def _allow(approved: object) -> Callable[[UnitOfWork, int], None]:
    def act(unit: UnitOfWork, deal_id: int) -> None:
        unit.deals.touch(ACCOUNT, deal_id)
        unit.approvals.save(approved)  # type: ignore[arg-type]

    return act


def _other_prices(unit: UnitOfWork, deal_id: int) -> None:
    unit.deals.lock(ACCOUNT, deal_id)
    unit.pictures.keep(a_picture(deal_id=deal_id, outcome=Outcome.ASK, fingerprint="f2", stock_at=LATER))


def _at_once(pool: ThreadPoolExecutor, store: SqlStore, deal_id: int, *acts: Callable[[UnitOfWork, int], None]) -> None:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[UnitOfWork, int], None]) -> None:
        start.wait(60)
        with store.write() as unit:
            act(unit, deal_id)
            tell_check(unit, an_account(), deal_id, LATER)

    for done in [pool.submit(run, act) for act in acts]:
        done.result(timeout=60)


def test_the_latest_stock_wins(store: SqlStore) -> None:
    """Looks and refreshes finish in any order."""
    moments = [START + timedelta(seconds=number) for number in range(40)]
    shuffled = Random(7).sample(moments, len(moments))

    def keep(at: object) -> None:
        with store.write() as unit:
            unit.pictures.keep(a_picture(stock_at=at, digest=str(at)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, shuffled))
    with store.read() as unit:
        kept = unit.pictures.check(ACCOUNT, a_picture().check.deal_id)
    assert kept is not None
    assert (kept.stock_at, kept.digest) == (moments[-1], str(moments[-1]))
