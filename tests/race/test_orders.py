"""Managers who press at the same moment, through the whole backend, on both databases: whatever the ERP's lag is, and
where the ERP itself would promise goods twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from backend.domain.approval import Verdict
from backend.domain.errors import Refused
from backend.domain.order import LIVE, OrderStatus
from backend.erp.memory.faults import Fault
from backend.services.ask_approval import ask_approval
from backend.services.decide_approval import decide_approval
from backend.services.submit_order import submit_order
from backend.services.verify_order import SETTLED
from tests.support.databases import Databases
from tests.support.house import ACCOUNT, ANNA, INN, KPP, MANAGER, RIVAL, SHORT, STAGE, SUPERVISOR, House

DEALS = range(700, 708)
Open = Callable[..., House]


@pytest.fixture
def opened(databases: Databases, tmp_path: Path) -> Iterator[Open]:
    """A house on this database: six PANELs, and eight more deals that want two of them each."""
    houses: list[House] = []
    with ThreadPoolExecutor(16) as pool:

        def open_with(**erp: object) -> House:
            house = House(tmp_path, pool, url=databases.migrated(), **erp)
            houses.append(house)
            company = house._client(1, INN, KPP)
            for deal in DEALS:
                lines = {house.element("PANEL"): Decimal(2)}
                house.crm.add_deal(deal, stage=STAGE, responsible_id=ANNA, lines=lines, company=company, name="Щиты")
            return house

        yield open_with
    for house in houses:
        house.store.close()


def at_once(house: House, deals: Sequence[int]) -> dict[int, bool]:
    """All have looked; all press together. Who was told that the order is accepted."""
    seen = {deal: house.live(deal)["decision"]["fingerprint"] for deal in deals}
    gate = threading.Barrier(len(deals))

    def press(deal: int) -> bool:
        gate.wait()
        try:
            answer = json.loads(submit_order(house.services, MANAGER, deal, seen[deal]))
        except Refused:
            return False
        return bool(answer["state"] == "placing")

    with ThreadPoolExecutor(len(deals)) as pool:
        return dict(zip(deals, pool.map(press, deals), strict=True))


def status(house: House, deal: int) -> OrderStatus | None:
    with house.store.read() as unit:
        order = unit.orders.latest_of_deal(ACCOUNT, deal)
    return order.status if order else None


def promised(house: House) -> Decimal:
    """What the ERP promised of PANELs, once all of it shows."""
    panel = house.products["PANEL"].id
    return house.erp.read_stock([panel], ["msk"]).rows[panel, "msk"].reserved


def held(house: House) -> Decimal:
    panel = house.products["PANEL"].id
    with house.store.read() as unit:
        counted = unit.holds.counted(ACCOUNT, [panel], ["msk"], taken_at=house.clock.now())
    return counted.get((panel, "msk"), Decimal(0))


@pytest.mark.parametrize("over_reserves", [False, True], ids=["honest", "over-reserving"])
@pytest.mark.parametrize("lag", [0, 30, 300])
def test_six_pieces_for_sixteen_wanted(opened: Open, lag: int, over_reserves: bool) -> None:
    """Three of eight get their two; others press again while nothing shows in the ERP yet, in vain."""
    house = opened(reserve_lag=timedelta(seconds=lag), over_reserves=over_reserves)
    won = at_once(house, DEALS)
    assert list(won.values()).count(True) == 3
    house.drain()
    again = at_once(house, [deal for deal in DEALS if not won[deal]])
    assert not any(again.values())
    house.drain(timedelta(seconds=lag) + SETTLED * 2)
    house.clock.advance(timedelta(seconds=lag))
    assert [status(house, deal) for deal in DEALS if won[deal]] == [OrderStatus.PLACED] * 3
    assert (promised(house), held(house)) == (6, 0)


@pytest.mark.parametrize("lag", [0, 30, 300])
def test_others_who_work_in_an_erp_that_over_reserves(opened: Open, lag: int) -> None:
    """Somebody takes three of the six there while ours are being placed: of ours as many give way as must, at least."""
    house = opened(reserve_lag=timedelta(seconds=lag), over_reserves=True)
    panel = house.products["PANEL"].id
    assert list(at_once(house, DEALS).values()).count(True) == 3
    house.erp.script.before(
        "place_order.reserve",
        lambda: house.erp.people.promise(panel, "msk", Decimal(3), assigned=True, lagging=True),
    )
    house.drain()
    house.drain(timedelta(seconds=lag) + SETTLED * 2)
    house.clock.advance(timedelta(seconds=lag))
    alive = [deal for deal in DEALS if status(house, deal) in LIVE]
    assert promised(house) == 3 + 2 * len(alive) <= 6
    assert held(house) == 0
    for deal in DEALS:
        if status(house, deal) is OrderStatus.FAILED:
            assert any("Не хватает" in note for note in house.notes(deal))


def test_an_approval_and_an_order_for_the_same_pieces(opened: Open) -> None:
    """Ten of six were allowed, four beyond; four more are wanted by another deal at the same moment. Whoever is first,
    the other is told: what was allowed is ten where six lie, not ten where two are left."""
    house = opened()
    ask_approval(house.services, MANAGER, SHORT, "Клиент подождёт")
    decide_approval(house.services, SUPERVISOR, SHORT, verdict=Verdict.APPROVE, reason="Так надо", quantities={})
    won = at_once(house, [SHORT, RIVAL])
    assert sorted(won.values()) == [False, True]
    house.drain()
    house.drain(timedelta(minutes=1))
    assert promised(house) == (10 if won[SHORT] else 4)


@pytest.mark.parametrize("first", [SHORT, RIVAL])
def test_an_approval_and_an_order_one_just_before_the_other(opened: Open, first: int) -> None:
    house = opened()
    ask_approval(house.services, MANAGER, SHORT, "Клиент подождёт")
    decide_approval(house.services, SUPERVISOR, SHORT, verdict=Verdict.APPROVE, reason="Так надо", quantities={})
    second = RIVAL if first == SHORT else SHORT
    seen = {deal: house.live(deal)["decision"]["fingerprint"] for deal in (SHORT, RIVAL)}
    house.store.rival = lambda: submit_order(house.services, MANAGER, first, seen[first])
    with pytest.raises(Refused) as caught:
        submit_order(house.services, MANAGER, second, seen[second])
    assert caught.value.code in {"stock_taken", "not_allowed", "picture_changed"}
    assert status(house, first) is OrderStatus.PLACING
    assert status(house, second) is None


def test_an_order_given_up_and_a_crowd_for_its_goods(opened: Open) -> None:
    """The ERP refuses one that held two; eight press while its holds are let go: never more than six are promised."""
    house = opened()
    seen = house.live(DEALS[0])["decision"]["fingerprint"]
    submit_order(house.services, MANAGER, DEALS[0], seen)
    won: dict[int, bool] = {}
    house.erp.script.fail("place_order", Fault.DENIED)
    house.erp.script.after("find_order", lambda: won.update(at_once(house, DEALS[1:])))
    house.drain()
    assert status(house, DEALS[0]) is OrderStatus.FAILED
    assert list(won.values()).count(True) == 2
    house.drain(timedelta(minutes=1))
    assert (promised(house), held(house)) == (4, 0)
