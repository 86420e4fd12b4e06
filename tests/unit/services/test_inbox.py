"""The inbox: kept first, read later, each deal looked at once, nothing believed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.order import OrderStatus
from backend.erp.memory.faults import Fault
from backend.ports.crm import CrmUnavailable
from backend.ports.store import HookSource, Operation, OperationSearch, OperationState
from backend.services.read_hooks import MOST_HOOKS, order_ids
from backend.services.receive_hook import GATHERING as TOGETHER
from backend.services.receive_hook import MOST_KEPT, receive_hook
from backend.services.tend_inbox import KEPT, WAITED_LONG, purge_hooks, wake_forgotten
from backend.services.uninstall_account import uninstall_account
from backend.services.watch_deals import Reading, take_in
from tests.support.crm_hooks import hook_body
from tests.support.house import FILLABLE, RIVAL, SHORT, House
from tests.support.refreshing import with_fields
from tests.support.storage import ACCOUNT

READ = "account.read_hooks"


def receive(house: House, body: bytes, source: HookSource = HookSource.CRM) -> None:
    receive_hook(house.services, house.services.account(ACCOUNT), source, body)


def waiting(house: House, source: HookSource = HookSource.CRM) -> int:
    with house.store.read() as unit:
        return len(unit.hooks.waiting(ACCOUNT, source, after=0, limit=100_000))


def operations(house: House, kind: str = READ) -> list[Operation]:
    with house.store.read() as unit:
        return list(unit.desk.search(OperationSearch(account_id=ACCOUNT, kinds=(kind,))))


def revision(house: House, deal_id: int) -> int:
    with house.store.read() as unit:
        return unit.deals.get(ACCOUNT, deal_id).revision


def refused(folder: Path) -> list[str]:
    """Why each refused hook is over, as the rows say."""
    with closing(sqlite3.connect(folder / "stockgate.db")) as database:
        return [row[0] for row in database.execute("SELECT refused FROM hook WHERE refused IS NOT NULL ORDER BY id")]


def test_a_hook_makes_open_cards_of_changed_deals_look_again_and_no_others(house: House) -> None:
    with house.store.write() as unit:
        for deal_id in (FILLABLE, SHORT):
            unit.deals.touch(ACCOUNT, deal_id)
    receive(house, hook_body(FILLABLE, SHORT))
    house.drain(TOGETHER)
    before = {deal: revision(house, deal) for deal in (FILLABLE, SHORT)}
    house.clock.advance(timedelta(seconds=5))
    house.set_quantity(FILLABLE, "SOCKET", "3")
    receive(house, hook_body(FILLABLE, SHORT, RIVAL))
    house.drain(TOGETHER)
    assert revision(house, FILLABLE) == before[FILLABLE] + 1
    assert revision(house, SHORT) == before[SHORT]
    assert revision(house, RIVAL) == 0, "nobody has opened it"


def test_many_hooks_wait_for_one_reader_that_looks_once_at_each_deal(house: House) -> None:
    for _ in range(50):
        receive(house, hook_body(FILLABLE, SHORT))
        receive(house, hook_body(RIVAL, action="status", status_id=10, old_status_id=11, pipeline_id=1))
    assert waiting(house) == 100
    assert len(operations(house)) == 1
    house.crm.calls.clear()
    house.drain(TOGETHER)
    assert house.crm.calls == ["deals_seen"]
    assert waiting(house) == 0


def test_what_comes_while_the_inbox_is_read_is_read_soon_after(house: House) -> None:
    receive(house, hook_body(FILLABLE))
    house.crm.before = lambda _method: receive(house, hook_body(SHORT))
    house.drain(timedelta(seconds=3))
    assert waiting(house) == 0
    assert len(operations(house)) == 2
    with house.store.read() as unit:
        assert unit.watch.get(ACCOUNT, SHORT) is not None


def test_a_crm_that_is_down_loses_nothing(house: House) -> None:
    receive(house, hook_body(FILLABLE))
    house.crm.fail_next("deals_seen", CrmUnavailable())
    house.drain(TOGETHER)
    assert waiting(house) == 1
    receive(house, hook_body(SHORT))
    assert len(operations(house)) == 1, "the waiting one reads the new hook too"
    house.drain(timedelta(minutes=1))
    assert waiting(house) == 0


def test_more_than_a_reader_takes_at_once_is_read_in_turns(house: House) -> None:
    with house.store.write() as unit:
        for _ in range(MOST_HOOKS + 7):
            unit.hooks.add(ACCOUNT, source=HookSource.CRM, body=hook_body(FILLABLE), now=house.clock.now())
    receive(house, hook_body(FILLABLE))
    house.drain(TOGETHER)
    assert waiting(house) == 0


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\xff\xfe", "form"),
        (b"{}", "form"),
        (b"leads" + b"[x]" * 50 + b"=1", "depth"),
        (b"x" * (MOST_KEPT + 1), "size"),
    ],
)
def test_nonsense_is_refused_said_why_and_keeps_nobody_back(
    house: House, tmp_path: Path, body: bytes, why: str
) -> None:
    receive(house, body)
    receive(house, hook_body(FILLABLE))
    house.drain(TOGETHER)
    assert waiting(house) == 0
    with house.store.read() as unit:
        assert unit.watch.get(ACCOUNT, FILLABLE) is not None
    assert refused(tmp_path) == [why]


def test_a_hook_of_another_account_is_read_and_says_nothing(house: House) -> None:
    receive(house, hook_body(FILLABLE, account_id=ACCOUNT + 1))
    house.drain(TOGETHER)
    assert waiting(house) == 0
    with house.store.read() as unit:
        assert unit.watch.get(ACCOUNT, FILLABLE) is None


def test_a_deal_that_was_deleted_is_forgotten(house: House) -> None:
    receive(house, hook_body(FILLABLE))
    house.drain(TOGETHER)
    house.crm.delete_deal(FILLABLE)
    receive(house, hook_body(FILLABLE, action="delete"))
    house.drain(TOGETHER)
    with house.store.read() as unit:
        assert unit.watch.get(ACCOUNT, FILLABLE) is None


def test_hooks_whose_reader_was_given_up_get_another(house: House) -> None:
    receive(house, hook_body(FILLABLE))
    (reader,) = operations(house)
    assert wake_forgotten(house.services) == 0, "they have not waited long"
    house.clock.advance(WAITED_LONG + timedelta(seconds=1))
    assert wake_forgotten(house.services) == 0, "their reader is still to come"
    with house.store.write() as unit:
        assert unit.desk.dismiss(reader, by=None, why="test", now=house.clock.now())
    assert wake_forgotten(house.services) == 1
    house.drain(TOGETHER)
    assert waiting(house) == 0


def test_handled_hooks_are_kept_some_days(house: House) -> None:
    receive(house, hook_body(FILLABLE))
    house.drain(TOGETHER)
    house.clock.advance(KEPT - timedelta(minutes=1))
    assert purge_hooks(house.services) == 0
    house.clock.advance(timedelta(minutes=2))
    assert purge_hooks(house.services) == 1
    assert purge_hooks(house.services) == 0


def test_an_account_that_is_uninstalled_leaves_no_hooks_behind(house: House) -> None:
    receive(house, hook_body(FILLABLE))
    uninstall_account(house.services, ACCOUNT)
    assert waiting(house) == 0
    house.drain(TOGETHER)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'["7", 8]', ["7", "8"]),
        (b"[]", []),
        (b"", None),
        (b"\xff", None),
        (b'{"id": 7}', None),
        (b"[[7]]", None),
        (b"[" * 100_000, None),
    ],
)
def test_orders_an_erp_names(body: bytes, named: list[str] | None) -> None:
    assert order_ids(body) == named


@pytest.mark.parametrize("body", [b"", b"[]", b'{"event": "shipped"}'])
def test_an_erp_that_calls_has_its_orders_read_back(house: House, body: bytes) -> None:
    """Whatever it says: only a list of other orders leaves this one alone."""
    order_id = placed(house, FILLABLE)
    house.erp.people.ship(order_id)
    receive(house, body, HookSource.ERP)
    house.drain(TOGETHER)
    assert status(house, FILLABLE) is (OrderStatus.PLACED if body == b"[]" else OrderStatus.PART_SHIPPED)
    assert waiting(house, HookSource.ERP) == 0


def test_only_orders_that_the_erp_names_are_read_back(house: House) -> None:
    shipped, other = placed(house, FILLABLE), placed(house, RIVAL)
    house.erp.people.ship(shipped)
    house.erp.people.ship(other)
    receive(house, json.dumps([shipped, "unknown"]).encode(), HookSource.ERP)
    house.drain(TOGETHER)
    assert (status(house, FILLABLE), status(house, RIVAL)) == (OrderStatus.PART_SHIPPED, OrderStatus.PLACED)


def test_an_erp_that_called_and_went_down_is_asked_again(house: House) -> None:
    house.erp.people.ship(placed(house, FILLABLE))
    receive(house, b"", HookSource.ERP)
    house.erp.script.fail("read_orders", Fault.UNAVAILABLE)
    house.drain(TOGETHER)
    assert waiting(house, HookSource.ERP) == 1
    house.drain(timedelta(minutes=1))
    assert (waiting(house, HookSource.ERP), status(house, FILLABLE)) == (0, OrderStatus.PART_SHIPPED)


def test_an_erp_that_is_connected_no_more_is_nothing_to_look_at(house: House) -> None:
    placed(house, FILLABLE)
    house.erps.connected = False
    receive(house, b"", HookSource.ERP)
    house.drain(TOGETHER)
    assert waiting(house, HookSource.ERP) == 0


def test_an_erp_that_lets_nobody_in_is_not_asked_again_and_again(house: House) -> None:
    """Wrong credentials are mended by people; its living orders are read back in their turn afterwards."""
    placed(house, FILLABLE)
    receive(house, b"", HookSource.ERP)
    house.erp.script.fail("read_orders", Fault.DENIED)
    house.drain(TOGETHER)
    assert waiting(house, HookSource.ERP) == 0
    assert [one.state for one in operations(house, "account.read_erp_hooks")] == [OperationState.DONE]


def test_deals_are_locked_in_the_order_of_ids_however_the_crm_lists_them(house: House) -> None:
    """Two that lock the same deals one after another must not wait for each other."""
    with_fields(house)
    for deal_id in (FILLABLE, SHORT, RIVAL):
        house.live(deal_id)
        house.set_quantity(deal_id, "SOCKET", "7")
    house.clock.advance(timedelta(seconds=2))
    deals = sorted((FILLABLE, SHORT, RIVAL), reverse=True)
    told = {one.id: one for one in house.crm.deals_seen(deals)}
    reading = Reading(house.clock.now(), [told[one] for one in deals])
    take_in(house.services, house.services.account(ACCOUNT), reading)
    with house.store.read() as unit:
        updates = unit.desk.search(OperationSearch(account_id=ACCOUNT, kinds=("crm.update_deal",), limit=3))
    assert [one.deal_id for one in updates] == deals, "the newest first"


def test_an_erp_that_is_down_keeps_no_hook_of_the_crm_waiting(house: House) -> None:
    placed(house, FILLABLE)
    house.erp.script.down()
    receive(house, b"", HookSource.ERP)
    receive(house, hook_body(SHORT))
    house.drain(TOGETHER)
    assert (waiting(house, HookSource.ERP), waiting(house)) == (1, 0)


def placed(house: House, deal_id: int) -> str:
    """An order of this deal; its id in the ERP."""
    house.order(deal_id)
    house.drain(TOGETHER)
    with house.store.read() as unit:
        order = unit.orders.latest_of_deal(ACCOUNT, deal_id)
    assert order is not None
    (part,) = order.parts
    assert part.erp_id
    return part.erp_id


def status(house: House, deal_id: int) -> OrderStatus:
    with house.store.read() as unit:
        order = unit.orders.latest_of_deal(ACCOUNT, deal_id)
    assert order is not None
    return order.status
