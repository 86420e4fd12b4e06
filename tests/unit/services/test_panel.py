"""What a seller sees, and when (R1, R2, R13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.customer import CustomerKey
from backend.domain.errors import NotFound
from backend.erp.memory.faults import Fault
from backend.ports.crm import CrmDenied, CrmReauthorise, CrmUnavailable
from tests.support.house import ANNA, BROKEN, COLLEAGUE, EMPTY, FILLABLE, INN, KPP, SHORT, SUPERVISOR, House


def line(panel: dict, sku: str) -> dict:
    return next(one for one in panel["lines"] if one["sku"] == sku)


def test_figures_of_a_deal_that_can_be_filled(house: House) -> None:
    panel = house.live(FILLABLE)
    assert panel["state"] == "ready"
    assert panel["decision"]["outcome"] == "allow"
    assert panel["figures"]["source"] == "live"
    socket, drill = line(panel, "SOCKET"), line(panel, "DRILL")
    assert (socket["state"], socket["available"], socket["shippable_now"]) == ("enough", "45", "45")
    assert (drill["state"], drill["available"], drill["shippable_now"]) == ("on_order", "13", "3")
    assert drill["promise_date"] == "2026-11-28"


def test_prices_are_the_customers_own(house: House) -> None:
    panel = house.live(FILLABLE)
    # 170.10 net and 22 % VAT: what one costs this customer, as a person compares it
    assert line(panel, "SOCKET")["price"]["unit"] == "207.52"
    assert line(panel, "SOCKET")["price"]["discount_percent"] == "10"
    # 10 × 170.10 + 6 × 4401 = 28107.00 net; VAT 22 % = 6183.54
    assert panel["totals"]["net"] == "28107.00"
    assert panel["totals"]["total"] == "34290.54"


def test_credit_is_shown(house: House) -> None:
    credit = house.live(FILLABLE)["customer"]["credit"]
    assert credit == {"limit": "150000.00", "debt": "31230.00", "overdue": "0.00", "free": "118770.00"}


def test_every_problem_is_told_at_once(house: House) -> None:
    panel = house.live(BROKEN)
    assert panel["state"] == "problems"
    codes = {one["code"] for one in panel["decision"]["reasons"]}
    assert {"unknown_product", "indivisible", "inn_invalid"} <= codes
    assert panel["decision"]["outcome"] == "block"


def test_a_deal_without_lines(house: House) -> None:
    panel = house.live(EMPTY)
    assert panel["state"] == "empty"
    assert panel["decision"]["outcome"] == "block"


def test_cached_figures_come_without_asking_the_erp(house: House) -> None:
    house.live(FILLABLE)
    before = dict(house.erp.calls)
    panel = house.cached(FILLABLE)
    assert house.erp.calls == before
    assert panel["figures"]["source"] == "cached"
    assert line(panel, "SOCKET")["available"] == "45"


def test_cached_panel_follows_what_happened_since(house: House) -> None:
    """The bytes kept for speed must not outlive a change of the deal's state."""
    house.live(SHORT)
    assert house.cached(SHORT)["state"] == "short"
    with house.store.write() as unit:
        unit.deals.touch(1, SHORT)
    house.order(FILLABLE)
    assert house.cached(FILLABLE)["state"] == "placing"


def test_live_figures_replace_an_empty_cached_panel(house: House) -> None:
    """The first opening asks for the cached panel and the live one at once; the next opening must see figures."""
    assert house.cached(FILLABLE)["state"] == "loading"
    house.live(FILLABLE)
    panel = house.cached(FILLABLE)
    assert (panel["state"], line(panel, "SOCKET")["available"]) == ("ready", "45")


def test_without_figures_yet(house: House) -> None:
    panel = house.cached(FILLABLE)
    assert (panel["state"], panel["figures"], panel["lines"]) == ("loading", None, [])


def test_a_cached_panel_is_only_for_those_the_crm_lets_in(house: House) -> None:
    house.live(FILLABLE)
    house.crm.hide(FILLABLE, COLLEAGUE.user_id)
    with pytest.raises(CrmDenied):
        house.cached(FILLABLE, COLLEAGUE)


def test_unknown_deal(house: House) -> None:
    with pytest.raises(NotFound) as caught:
        house.live(999)
    assert caught.value.code == "deal_not_found"


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.GARBLED, Fault.BUSY])
def test_erp_that_does_not_answer(house: House, fault: Fault) -> None:
    house.live(FILLABLE)
    house.erp.script.down(fault)
    panel = house.live(FILLABLE)
    assert panel["state"] == "offline"
    assert panel["problem"]["code"].startswith("erp_")
    assert panel["figures"]["source"] == "cached"
    assert line(panel, "SOCKET")["available"] == "45"


def test_crm_that_does_not_answer(house: House) -> None:
    house.live(FILLABLE)
    house.crm.fail_next("deal", CrmUnavailable())
    assert house.live(FILLABLE)["problem"]["code"] == "crm_unavailable"


def test_crm_that_does_not_answer_to_a_stranger(house: House) -> None:
    """Nobody sees kept figures whom the CRM has not let in."""
    house.live(FILLABLE)
    house.crm.fail_next("deal", CrmUnavailable())
    with pytest.raises(CrmUnavailable):
        house.live(FILLABLE, COLLEAGUE)


def test_no_erp_connected(house: House) -> None:
    house.erps.connected = False
    assert house.live(FILLABLE)["state"] == "no_connection"


def test_margin_is_for_those_who_may_see_it(house: House) -> None:
    assert house.live(FILLABLE)["totals"]["margin_percent"] is None
    assert house.live(FILLABLE, SUPERVISOR)["totals"]["margin_percent"] is not None
    assert house.cached(FILLABLE)["totals"]["margin_percent"] is None
    house.settle(margin_viewers=(ANNA,))
    assert house.live(FILLABLE)["totals"]["margin_percent"] is not None


def test_product_that_vanishes_between_two_calls(house: House) -> None:
    house.erp.script.before("read_stock", lambda: house.erp.people.remove_product(house.products["SOCKET"].id))
    panel = house.live(FILLABLE)
    assert line(panel, "SOCKET")["state"] == "unknown_product"
    assert panel["decision"]["outcome"] == "block"


def test_archived_product_is_not_ordered(house: House) -> None:
    house.erp.people.replace_product(replace(house.products["SOCKET"], active=False))
    assert "product_archived" in {one["code"] for one in house.live(FILLABLE)["decision"]["reasons"]}


def test_calls_do_not_grow_with_lines(house: House) -> None:
    house.live(SHORT)
    one_line = house.erp.calls.copy()
    house.live(FILLABLE)
    two_lines = {name: house.erp.calls[name] - one_line.get(name, 0) for name in house.erp.calls}
    assert two_lines == one_line


def test_over_credit_asks(house: House) -> None:
    key = CustomerKey(inn=INN, kpp=KPP)
    house.erp.people.customer("АО «Стройгрупп»", key, limit=Decimal(1000), id="c-1")
    decision = house.live(FILLABLE)["decision"]
    assert decision["outcome"] == "ask"
    assert decision["reasons"][0]["code"] == "over_credit"


def test_who_is_let_in_no_longer_sees_nothing_more(house: House) -> None:
    """Seen a minute ago, hidden now: neither the live panel nor the kept one is for them."""
    house.live(FILLABLE, COLLEAGUE)
    house.crm.hide(FILLABLE, COLLEAGUE.user_id)
    with pytest.raises(CrmDenied):
        house.live(FILLABLE, COLLEAGUE)
    house.clock.advance(timedelta(minutes=20))
    with house.store.write() as unit:
        unit.deals.touch(1, FILLABLE)
    with pytest.raises(CrmDenied):
        house.cached(FILLABLE, COLLEAGUE)


def test_first_look_while_the_erp_is_down(house: House) -> None:
    """The CRM lets them in; that there are no figures is no reason to show an error instead of a panel."""
    house.erp.script.down(Fault.UNAVAILABLE)
    panel = house.live(FILLABLE)
    assert (panel["state"], panel["problem"]["code"]) == ("offline", "erp_unavailable")


def test_account_whose_tokens_are_dead(house: House) -> None:
    house.live(FILLABLE)
    house.crm.fail_next("deal", CrmReauthorise())
    panel = house.live(FILLABLE)
    assert (panel["state"], panel["problem"]["code"]) == ("offline", "crm_reauthorise")


def test_being_let_in_is_asked_again_after_a_while(house: House) -> None:
    """Ten minutes after the CRM was last asked, a kept panel costs a question again."""
    house.live(FILLABLE, COLLEAGUE)
    house.crm.hide(FILLABLE, COLLEAGUE.user_id)
    house.cached(FILLABLE, COLLEAGUE)
    house.clock.advance(timedelta(minutes=21))
    with pytest.raises(CrmDenied):
        house.cached(FILLABLE, COLLEAGUE)


def test_redis_that_was_flushed_costs_no_figures(house: House) -> None:
    """The last figures are in SQL, with the moment their stock was read at."""
    house.live(FILLABLE)
    first = house.cached(FILLABLE)
    house.clock.advance(timedelta(minutes=5))
    house.cache.clear()
    panel = house.cached(FILLABLE)
    assert (panel["state"], line(panel, "SOCKET")["available"]) == ("ready", "45")
    assert panel["figures"] == {"source": "cached", "taken_at": first["figures"]["taken_at"]}
