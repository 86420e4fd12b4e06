"""Stock of open deals is read again in the background, and only what changed is written (R19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from backend.domain.approval import ApprovalState, Verdict
from backend.domain.policy import Outcome
from backend.domain.rules import ShortageRule
from backend.erp.memory.faults import Fault
from backend.ports.crm import CatalogueItem, CrmDenied, CrmReauthorise
from backend.ports.store import AccountState
from backend.services import refresh_stock
from backend.services.ask_approval import ask_approval
from backend.services.decide_approval import decide_approval
from backend.services.panel.kept import was_seen
from backend.storage.errors import StoreBusy
from backend.storage.tables import deal_picture
from tests.support.house import (
    ACCOUNT,
    ANNA,
    BROKEN,
    COLLEAGUE,
    EMPTY,
    FILLABLE,
    IGOR,
    MANAGER,
    PIECE,
    RIVAL,
    SHORT,
    STAGE,
    SUPERVISOR,
    House,
)
from tests.support.refreshing import EVERY, kept, refresh, revision, watched, written
from tests.unit.services.test_panel import line


def available(house: House, deal_id: int, sku: str) -> str:
    found: str = line(house.cached(deal_id), sku)["available"]
    return found


def sell(house: House, sku: str, quantity: str) -> None:
    """Somebody in the ERP promises so much to somebody else."""
    house.erp.people.promise(house.products[sku].id, "msk", Decimal(quantity), assigned=True)


def asked(house: House) -> dict[str, int]:
    return dict(house.erp.calls)


def test_panels_open_with_what_the_refresh_read(house: House) -> None:
    house.live(FILLABLE)
    sell(house, "SOCKET", "30")
    assert available(house, FILLABLE, "SOCKET") == "45"
    assert refresh(house).changed == 1
    panel = house.cached(FILLABLE)
    assert line(panel, "SOCKET")["available"] == "15"
    assert panel["figures"]["taken_at"] == "2026-11-21T09:04:00Z"
    assert panel["decision"]["outcome"] == "allow"


def test_it_says_what_a_live_look_would(house: House) -> None:
    """Kept parts, new stock: the same picture, to the last remedy."""
    house.live(SHORT)
    house.live(BROKEN)
    sell(house, "PANEL", "4")
    sell(house, "SOCKET", "44")
    refresh(house)
    for deal_id in (SHORT, BROKEN):
        cached, live = house.cached(deal_id), house.live(deal_id)
        for panel in (cached, live):
            panel.pop("figures")
            panel.pop("revision")
        assert cached == live


def test_only_what_changed_is_written(house: House) -> None:
    """Of four pictures one shows something new: one is written whole, the rest gets the moment, nothing else."""
    for deal_id in (FILLABLE, SHORT, RIVAL):
        house.live(deal_id)
    before = {deal_id: revision(house, deal_id) for deal_id in (FILLABLE, SHORT, RIVAL)}
    sell(house, "SOCKET", "30")
    with written(house.store.engine) as statements:
        assert refresh(house) == refresh_stock.Refreshed(products=3, calls=1, changed=1)
    one_of_three = ["INSERT deal", "UPDATE deal_picture", "INSERT deal"]
    assert statements == ["UPDATE deal_picture", *one_of_three], "its row locked, its picture, its revision"
    assert {one: revision(house, one) - before[one] for one in before} == {FILLABLE: 1, SHORT: 0, RIVAL: 0}
    assert {kept(house, one).stock_at for one in before} == {house.clock.now()}  # type: ignore[union-attr]


def test_nothing_new_costs_one_statement(house: House) -> None:
    for deal_id in (FILLABLE, SHORT, RIVAL):
        house.live(deal_id)
    with written(house.store.engine) as statements:
        refresh(house)
    assert statements == ["UPDATE deal_picture"]


def test_the_age_of_unchanged_figures_is_told(house: House) -> None:
    """Also to a viewer whose whole panel was kept for speed."""
    house.live(FILLABLE)
    house.cached(FILLABLE)
    refresh(house)
    assert house.cached(FILLABLE)["figures"]["taken_at"] == "2026-11-21T09:04:00Z"


def test_one_reading_for_all_deals(house: House) -> None:
    """Calls grow with the products, by the hundred; not with the deals."""
    for deal_id in (FILLABLE, SHORT, RIVAL, BROKEN):
        house.live(deal_id)
    before = asked(house)
    refresh(house)
    after = asked(house)
    assert {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)} == {
        "read_stock": 1,
        "warehouses": 1,
    }


def test_many_products_are_read_in_batches_with_rests(house: House) -> None:
    """Never two at once, and at least as long a rest as the call took."""
    lines = {house.crm.add_element(CatalogueItem("", f"P{n}", f"P{n}", "1", "шт")): Decimal(1) for n in range(250)}
    for number in range(250):
        house.erp.people.product(
            f"P{number}", f"P{number}", price=Decimal(1), units=(PIECE,), stock={"msk": Decimal(5)}
        )
    house.crm.add_deal(900, stage=STAGE, responsible_id=ANNA, lines=lines, company=None, name="Много")
    house.live(900)
    rests: list[timedelta] = []

    def rest(how_long: timedelta) -> bool:
        rests.append(how_long)
        house.erp.script.before("read_stock", lambda: _pass(house, 2))
        return True

    house.erp.script.before("read_stock", lambda: _pass(house, 1))
    done = refresh(house, rest)
    assert (done.products, done.calls, done.changed) == (250, 3, 0)
    assert rests[:3] == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=2)]


def _pass(house: House, seconds: int) -> None:
    house.clock.advance(timedelta(seconds=seconds))


def test_a_process_that_stops_writes_what_was_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh_stock, "BATCH", 2)
    house.live(SHORT)
    house.live(FILLABLE)
    sell(house, "SOCKET", "30")
    sell(house, "PANEL", "1")
    done = refresh(house, lambda _: False)
    assert (done.error, done.calls) == ("stopped", 1)
    assert done.changed == 1


def test_an_erp_that_goes_away_in_the_middle(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is shown, the rest keeps its figures and their age; nothing more is asked this turn."""
    monkeypatch.setattr(refresh_stock, "BATCH", 2)
    house.live(FILLABLE)
    house.live(SHORT)
    watched(house, RIVAL)
    sell(house, "SOCKET", "30")
    sell(house, "PANEL", "1")
    house.erp.script.after("read_stock", lambda: house.erp.script.down(Fault.UNAVAILABLE))
    done = refresh(house)
    assert (done.error, done.calls, done.changed, done.taken) == ("erp_unavailable", 1, 1, 0)
    assert house.erp.calls["read_stock"] == 4, "two live looks, the first batch, the one that failed"
    assert available(house, FILLABLE, "SOCKET") == "15"
    panel = house.cached(SHORT)
    assert (line(panel, "PANEL")["available"], panel["figures"]["taken_at"]) == ("6", "2026-11-21T09:00:00Z")
    with house.store.read() as unit:
        assert unit.accounts.get(ACCOUNT).state is AccountState.ACTIVE  # type: ignore[union-attr]
    house.erp.script.up()
    assert refresh(house).changed == 1
    assert line(house.cached(SHORT), "PANEL")["available"] == "5"


def test_a_rival_who_orders_while_it_reads_is_counted(house: House) -> None:
    """The reading does not know the order yet; its hold does: too careful for a moment, never too generous."""
    house.live(SHORT)
    house.live(RIVAL)
    house.erp.script.after("read_stock", lambda: house.order(RIVAL))
    refresh(house)
    assert available(house, SHORT, "PANEL") == "2"
    assert house.cached(RIVAL)["state"] == "placing"


def test_who_orders_while_it_draws_keeps_their_picture(house: House) -> None:
    """The deal's own hold is no reason to tell it that there is nothing left."""
    house.live(RIVAL)
    sell(house, "PANEL", "1")
    house.store.rival = lambda: house.order(RIVAL)
    assert refresh(house).changed == 0
    assert available(house, RIVAL, "PANEL") == "5"


def test_who_looks_while_it_draws_is_not_drawn_over(house: House) -> None:
    house.live(SHORT)
    sell(house, "PANEL", "1")

    def look() -> None:
        house.set_quantity(SHORT, "PANEL", "3")
        house.clock.advance(timedelta(seconds=1))
        house.live(SHORT)

    house.store.rival = look
    assert refresh(house).changed == 0
    panel = house.cached(SHORT)
    assert (line(panel, "PANEL")["quantity"], panel["figures"]["taken_at"]) == ("3", "2026-11-21T09:04:01Z")


def test_deals_with_an_order_and_closed_ones_are_left_alone(house: House) -> None:
    house.live(SHORT)
    house.order(RIVAL)
    watched(house, SHORT, closed=True)
    before = asked(house)
    assert refresh(house) == refresh_stock.Refreshed()
    assert asked(house) == before


def test_a_kit_by_its_components(house: House) -> None:
    parts = {house.products["SOCKET"].id: Decimal(4)}
    kit = house.erp.people.product("KIT", "Набор", units=(PIECE,), parts=parts)
    element = house.crm.add_element(CatalogueItem("", kit.sku, kit.name, "1", "шт"))
    house.crm.add_deal(901, stage=STAGE, responsible_id=ANNA, lines={element: Decimal(2)}, company=None, name="Набор")
    house.live(901)
    sell(house, "SOCKET", "39")
    refresh(house)
    assert available(house, 901, "KIT") == "1"


def test_todays_rules_are_gone_by(house: House) -> None:
    house.live(SHORT)
    house.settle(shortage=ShortageRule.BLOCK)
    refresh(house)
    assert house.cached(SHORT)["decision"]["outcome"] == "block"


def test_another_choice_of_warehouses_needs_a_whole_picture(house: House) -> None:
    """The kept one was made with others: it is taken anew in the same turn."""
    house.live(SHORT)
    house.settle(warehouse_ids=("msk",))
    assert refresh(house).taken == 1
    assert [one["id"] for one in house.cached(SHORT)["warehouses"]] == ["msk"]


def test_deals_nobody_has_opened(house: House) -> None:
    """A first picture with the integration's own rights: nobody was let in by it."""
    watched(house, SHORT, EMPTY)
    assert refresh(house).taken == 1
    assert kept(house, EMPTY) is None
    assert not was_seen(house.cache, ACCOUNT, SHORT, ANNA)
    assert available(house, SHORT, "PANEL") == "6"
    house.crm.hide(SHORT, IGOR)
    with pytest.raises(CrmDenied):
        house.cached(SHORT, COLLEAGUE)


def test_a_few_whole_pictures_a_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh_stock, "TAKEN_AT_ONCE", 2)
    watched(house, FILLABLE, SHORT, BROKEN, RIVAL)
    assert [refresh(house).taken for _ in range(3)] == [2, 2, 0]


def test_prices_are_read_again_twice_a_day(house: House) -> None:
    house.live(FILLABLE)
    house.erp.people.replace_product(replace(house.products["SOCKET"], name="Розетка тройная"))
    house.clock.advance(refresh_stock.TAKEN_AGAIN_AFTER - EVERY)
    assert refresh(house).taken == 0
    assert refresh(house).taken == 1
    assert "Розетка тройная" in [one["name"] for one in house.cached(FILLABLE)["lines"]]


def test_a_clock_that_was_a_day_ahead(house: House) -> None:
    """What was kept then outlasts neither a look nor the refresh."""
    now = house.clock.now()
    house.clock.moment = now + timedelta(days=1)
    house.live(FILLABLE)
    house.live(SHORT)
    house.clock.moment = now
    sell(house, "SOCKET", "30")
    house.live(FILLABLE)
    assert available(house, FILLABLE, "SOCKET") == "15"
    assert refresh(house).taken == 1
    assert {kept(house, one).stock_at for one in (FILLABLE, SHORT)} == {now + EVERY}  # type: ignore[union-attr]


def test_parts_of_another_version_are_taken_anew(house: House) -> None:
    house.live(SHORT)
    with house.store.engine.begin() as sql:
        sql.execute(update(deal_picture).values(parts={"deal": None}))
    sell(house, "PANEL", "1")
    assert refresh(house).taken == 1
    assert available(house, SHORT, "PANEL") == "5"


def test_a_deal_that_is_gone_is_forgotten(house: House) -> None:
    house.live(SHORT)
    with house.store.write() as unit:
        unit.pictures.outdate(ACCOUNT, SHORT)
    house.crm.deals.pop(SHORT)
    assert refresh(house).error is None
    assert kept(house, SHORT) is None


@pytest.mark.parametrize(("error", "taken", "code"), [(CrmDenied(), 1, None), (CrmReauthorise(), 0, "crm_reauthorise")])
def test_one_deal_that_cannot_be_read_does_not_end_the_turn(
    house: House, error: Any, taken: int, code: str | None
) -> None:
    """Unless no deal could."""
    watched(house, SHORT, RIVAL)
    house.crm.fail_next("deal", error)
    done = refresh(house)
    assert (done.taken, done.error) == (taken, code)


def test_an_approval_the_stock_no_longer_bears_out_is_void(house: House) -> None:
    """The supervisor saw six; nobody has to open the card for it to end (R7)."""
    ask_approval(house.services, MANAGER, SHORT, "Клиент подождёт")
    decide_approval(house.services, SUPERVISOR, SHORT, verdict=Verdict.APPROVE, reason="Так надо", quantities={})
    sell(house, "PANEL", "3")
    refresh(house)
    with house.store.read() as unit:
        approval = unit.approvals.latest_of_deal(ACCOUNT, SHORT)
    assert approval is not None
    assert (approval.state, approval.void_reason) == (ApprovalState.VOID, "figures_worse")


def test_two_clocks_do_the_work_once(house: House) -> None:
    house.live(FILLABLE)
    refresh(house)
    before = asked(house)
    done = refresh_stock.refresh_all(house.services, every=EVERY, rest=lambda _: True)[ACCOUNT]
    assert done.calls == 0
    assert asked(house) == before


def test_many_looks_write_once_in_a_while(house: House) -> None:
    """Everybody looks live every few seconds, all day long."""
    house.live(FILLABLE)
    with written(house.store.engine) as statements:
        for _ in range(10):
            house.clock.advance(timedelta(seconds=5))
            house.live(FILLABLE)
            house.live(FILLABLE, SUPERVISOR)
        assert statements == []
        house.clock.advance(timedelta(minutes=2))
        house.live(FILLABLE)
    assert statements == ["INSERT deal", "INSERT deal_picture"], "its row locked, its picture"


def test_a_database_that_takes_no_writes_keeps_nobody_from_looking(house: House) -> None:
    house.live(FILLABLE)
    sell(house, "SOCKET", "30")

    def busy() -> None:
        raise StoreBusy

    house.store.rival = busy
    panel = house.live(FILLABLE)
    assert (panel["state"], line(panel, "SOCKET")["available"]) == ("ready", "15")
    assert available(house, FILLABLE, "SOCKET") == "45"


def test_a_change_that_one_sees_reaches_the_others(house: House) -> None:
    """Open cards look at the revision; the figures changed, so it grew."""
    house.live(FILLABLE)
    before = revision(house, FILLABLE)
    sell(house, "SOCKET", "30")
    house.live(FILLABLE, SUPERVISOR)
    assert revision(house, FILLABLE) == before + 1


def test_the_outcome_is_kept_with_the_picture(house: House) -> None:
    house.live(RIVAL)
    assert kept(house, RIVAL).outcome is Outcome.ALLOW  # type: ignore[union-attr]
    sell(house, "PANEL", "3")
    refresh(house)
    assert kept(house, RIVAL).outcome is Outcome.ASK  # type: ignore[union-attr]


def test_a_deal_that_is_gone_is_asked_for_once(house: House) -> None:
    """The webhook that said so was lost, and a re-reading meets no deleted deals."""
    watched(house, FILLABLE)
    house.crm.delete_deal(FILLABLE)
    house.crm.calls.clear()
    refresh(house)
    refresh(house)
    assert house.crm.calls.count("deal") == 1
