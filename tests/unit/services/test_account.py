"""Install, connect, choose rules, set up, clean up, uninstall (R23, R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.domain.errors import Invalid
from backend.domain.rules import Rules, ShortageRule, Supervisor
from backend.erp.memory.faults import Fault
from backend.ports.connections import AccountInactive, ConnectionField, ErpSystem
from backend.ports.crm import (
    CatalogueItem,
    CrmPaymentRequired,
    CrmReauthorise,
    CrmUnavailable,
    Grant,
    InstallRequest,
)
from backend.ports.erp import ConnectionReport, MissingRight
from backend.ports.store import AccountState, DealsMark
from backend.ports.tokens import TokenPair
from backend.services.configure import UnknownChoice, UnknownSystem, save_connection, save_rules, show_settings
from backend.services.configure import test_connection as try_connection
from backend.services.import_catalogue import differences
from backend.services.install_account import install_account
from backend.services.session import show_revision, show_session
from backend.services.set_up_account import SetupRunning, start_clean_up, start_set_up
from backend.services.uninstall_account import uninstall_account
from backend.services.viewer import NotAdministrator
from tests.support.house import ACCOUNT, ADMINISTRATOR, ANNA, FILLABLE, MANAGER, OLGA, SUPERVISOR, House, OneErp

SYSTEM: dict[str, Any] = {"system": "memory", "values": {}}


class Connector:
    """Implements what installing asks of `ports.crm.CrmConnector`."""

    def authorize_url(self, state: str) -> str:
        return state

    def read_install(self, query: Any) -> InstallRequest:
        raise NotImplementedError

    def is_uninstall(self, query: Any) -> int | None:
        raise NotImplementedError

    def exchange(self, request: InstallRequest) -> Grant:
        moment = datetime(2026, 11, 21, tzinfo=UTC)
        return Grant(ACCOUNT, request.domain, TokenPair("access", "refresh", moment + timedelta(days=1), moment))


class Tokens:
    """Implements what installing asks of `ports.tokens.TokenStore`."""

    def __init__(self) -> None:
        self.saved: list[int] = []

    def save(self, account_id: int, pair: TokenPair) -> None:
        self.saved.append(account_id)

    def load(self, account_id: int) -> None:
        return None

    def mark_reauthorise(self, account_id: int, dead: TokenPair) -> bool:
        return False

    def rename(self, account_id: int, domain: str) -> None:
        return None


def install(house: House) -> Tokens:
    tokens = Tokens()
    request = InstallRequest("code", "new.amocrm.ru", "", from_widget=True)
    install_account(house.services, Connector(), tokens, request)
    return tokens


def test_installing_makes_the_account_known(house: House) -> None:
    tokens = install(house)
    assert tokens.saved == [ACCOUNT]
    account = house.services.account(ACCOUNT)
    assert (account.name, account.domain, account.state) == ("Электроснаб", "new.amocrm.ru", AccountState.ACTIVE)


def test_installing_again_keeps_rules_and_the_secret_path(house: House) -> None:
    before = house.services.account(ACCOUNT)
    uninstall_account(house.services, ACCOUNT)
    install(house)
    after = house.services.account(ACCOUNT)
    assert (after.hook_secret, after.state) == (before.hook_secret, AccountState.ACTIVE)
    with house.store.read() as unit:
        assert unit.accounts.rules(ACCOUNT).supervisors == (Supervisor(OLGA),)


def test_installing_again_meets_every_deal_for_the_first_time(house: House) -> None:
    """A reading that was under way when the account was uninstalled saved its mark afterwards. Believed, it would have
    the guard send back every deal that stood in a protected stage meanwhile."""
    uninstall_account(house.services, ACCOUNT)
    with house.store.write() as unit:
        unit.accounts.save_deals_mark(ACCOUNT, DealsMark(until=house.clock.now()))
    install(house)
    with house.store.read() as unit:
        assert unit.accounts.deals_mark(ACCOUNT) == DealsMark()


def test_uninstalling_stops_all_work_and_forgets_secrets(house: House) -> None:
    with house.store.write() as unit:
        connection = unit.accounts.connection(ACCOUNT)
        assert connection is not None
        unit.accounts.save_connection(replace(connection, secrets={"password": "hidden"}))
    house.order(FILLABLE)
    uninstall_account(house.services, ACCOUNT)
    uninstall_account(house.services, ACCOUNT)
    assert house.drain(timedelta(minutes=1)) == []
    assert house.erp_orders() == []
    with house.store.read() as unit:
        left = unit.accounts.connection(ACCOUNT)
    assert left is None or left.secrets == {}


def test_uninstalled_account_shows_nothing_more(house: House) -> None:
    """Not even what the cache still holds."""
    house.live(FILLABLE)
    house.cached(FILLABLE)
    uninstall_account(house.services, ACCOUNT)
    with pytest.raises(AccountInactive):
        house.cached(FILLABLE)


def test_time_zone_nobody_knows(house: House) -> None:
    """Every panel tells days in the account's zone; the last good one serves."""
    house.crm._account = replace(house.crm._account, timezone="Mars/Olympus")
    install(house)
    assert house.live(FILLABLE)["deal"]["timezone"] == "Europe/Moscow"


@pytest.mark.parametrize("who", [MANAGER, SUPERVISOR])
def test_settings_are_for_administrators(house: House, who: Any) -> None:
    with pytest.raises(NotAdministrator):
        show_settings(house.services, who)
    with pytest.raises(NotAdministrator):
        start_set_up(house.services, who)


def test_settings_never_show_a_secret(house: House) -> None:
    with house.store.write() as unit:
        connection = unit.accounts.connection(ACCOUNT)
        assert connection is not None
        unit.accounts.save_connection(replace(connection, secrets={"password": "hidden"}))
    shown = show_settings(house.services, ADMINISTRATOR)
    assert shown["connection"]["secrets_set"] == ["password"]  # type: ignore[index]
    assert "hidden" not in str(shown)


def test_settings_list_what_can_be_chosen(house: House) -> None:
    shown: Any = show_settings(house.services, ADMINISTRATOR)
    assert [one["name"] for one in shown["warehouses"]] == ["Москва", "Санкт-Петербург"]
    assert [one["id"] for one in shown["price_types"]] == ["wholesale"]
    assert OLGA in [one["id"] for one in shown["users"]]


def test_settings_open_while_the_erp_is_down(house: House) -> None:
    house.erp.script.down()
    shown: Any = show_settings(house.services, ADMINISTRATOR)
    assert shown["warehouses"] is None
    assert shown["problem"]["code"] == "erp_unavailable"


def test_each_missing_right_is_named_and_nothing_is_saved(house: House) -> None:
    house.erp.missing = (MissingRight("orders_write", "sale.sale"),)
    with house.store.read() as unit:
        before = unit.accounts.connection(ACCOUNT)
    answer: Any = save_connection(house.services, ADMINISTRATOR, **SYSTEM)
    assert answer["ok"] is False
    assert answer["report"]["missing"] == [{"code": "orders_write", "detail": "sale.sale"}]
    with house.store.read() as unit:
        assert unit.accounts.connection(ACCOUNT) == before


def test_wrong_password_is_an_answer_not_an_error(house: House) -> None:
    house.erp.script.fail("check_connection", Fault.DENIED)
    answer: Any = try_connection(house.services, ADMINISTRATOR, **SYSTEM)
    assert (answer["ok"], answer["error"]["code"]) == (False, "erp_denied")


def test_unknown_system(house: House) -> None:
    with pytest.raises(UnknownSystem):
        try_connection(house.services, ADMINISTRATOR, "abacus", {})


@pytest.mark.parametrize(
    "rules",
    [
        Rules(warehouse_ids=("nowhere",)),
        Rules(default_warehouse_id="nowhere"),
        Rules(price_type_id="none"),
        Rules(supervisors=(Supervisor(1),)),
    ],
)
def test_rules_name_only_what_exists(house: House, rules: Rules) -> None:
    with pytest.raises(UnknownChoice):
        save_rules(house.services, ADMINISTRATOR, rules)


def test_saved_rules_decide(house: House) -> None:
    shown: Any = save_rules(house.services, ADMINISTRATOR, Rules(shortage=ShortageRule.BLOCK, horizon_days=30))
    assert (shown["rules"]["shortage"], shown["rules"]["horizon_days"]) == ("block", 30)


def test_set_up_makes_fields_webhook_and_imports_the_catalogue(house: House) -> None:
    started: Any = start_set_up(house.services, ADMINISTRATOR)
    assert started["setup"]["state"] == "running"
    house.drain()
    shown: Any = show_settings(house.services, ADMINISTRATOR)
    assert shown["setup"]["state"] == "done"
    assert {one["state"] for one in shown["setup"]["steps"]} == {"done"}
    secret = house.services.account(ACCOUNT).hook_secret
    assert house.crm.webhooks == {f"https://stockgate.example/hooks/amocrm/{secret}"}
    matched = {item.sku: item.external_id for item in house.crm.elements.values()}
    assert matched["SOCKET"] == house.products["SOCKET"].id
    assert matched["GONE"] == ""


def test_import_makes_no_duplicates_when_run_again(house: House) -> None:
    for _ in range(2):
        start_set_up(house.services, ADMINISTRATOR)
        house.drain()
    skus = [item.sku for item in house.crm.elements.values()]
    assert sorted(skus) == sorted(set(skus))


def test_import_writes_only_what_differs() -> None:
    same = CatalogueItem("1", "A", "Same", "5", "шт", 10)
    renamed = CatalogueItem("2", "B", "Old", "5", "шт", 11)
    wanted = [
        CatalogueItem("1", "A", "Same", "5", "шт"),
        CatalogueItem("2", "B", "New", "5", "шт"),
        CatalogueItem("3", "C", "Fresh", "5", "шт"),
    ]
    assert [(one.sku, one.element_id) for one in differences(wanted, [same, renamed])] == [("B", 11), ("C", None)]


def test_set_up_that_cannot_be_done_says_so_and_can_be_started_again(house: House) -> None:
    start_set_up(house.services, ADMINISTRATOR)
    with pytest.raises(SetupRunning):
        start_set_up(house.services, ADMINISTRATOR)
    house.crm.fail_next("set_up", Invalid(reason="plan"))
    house.drain()
    shown: Any = show_settings(house.services, ADMINISTRATOR)
    assert shown["setup"]["state"] == "failed"
    assert shown["setup"]["steps"][0]["error"] == {"code": "invalid", "params": {}}
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    assert show_settings(house.services, ADMINISTRATOR)["setup"]["state"] == "done"  # type: ignore[index]


def test_clean_up_removes_what_was_made(house: House) -> None:
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    start_clean_up(house.services, ADMINISTRATOR)
    house.drain()
    assert house.crm.webhooks == set()
    assert house.crm.deal_field_ids() == []
    assert show_settings(house.services, ADMINISTRATOR)["setup"]["state"] == "none"  # type: ignore[index]


def test_session_tells_role_and_progress(house: House) -> None:
    session: Any = show_session(house.services, SUPERVISOR)
    assert (session["user"]["role"], session["connected"], session["configured"]) == ("supervisor", True, False)


def test_revision_is_pending_while_something_is_under_way(house: House) -> None:
    before = show_revision(house.services, MANAGER, FILLABLE)
    house.order(FILLABLE)
    after = show_revision(house.services, MANAGER, FILLABLE)
    assert after["revision"] != before["revision"]
    assert (before["pending"], after["pending"]) == (False, True)
    house.drain()
    assert show_revision(house.services, MANAGER, FILLABLE)["pending"] is False


def test_set_up_waits_for_a_crm_that_is_down(house: House) -> None:
    start_set_up(house.services, ADMINISTRATOR)
    house.crm.fail_next("set_up", CrmUnavailable())
    house.drain(timedelta(minutes=2))
    assert show_settings(house.services, ADMINISTRATOR)["setup"]["state"] == "done"  # type: ignore[index]


def test_kept_password_never_goes_to_another_address(house: House) -> None:
    """Whoever may change the address could read the password at a server of their own."""
    fields = [ConnectionField("url", "url", False, True), ConnectionField("password", "password", True, True)]
    tried: list[tuple[Any, Any]] = []

    class Watched(OneErp):
        """Says what it was asked to try."""

        def systems(self) -> list[ErpSystem]:
            return [ErpSystem("memory", "Memory", fields)]

        def try_out(self, system: str, values: Any, secrets: Any) -> ConnectionReport:
            tried.append((values["url"], secrets["password"]))
            return super().try_out(system, values, secrets)

    services = replace(house.services, erps=Watched(house.erp))
    home = {"url": "https://erp.example", "password": "hidden"}
    save_connection(services, ADMINISTRATOR, "memory", home)
    try_connection(services, ADMINISTRATOR, "memory", {"url": "https://erp.example"})
    try_connection(services, ADMINISTRATOR, "memory", {"url": "https://evil.example"})
    assert tried[1:] == [("https://erp.example", "hidden"), ("https://evil.example", "")]


def test_margin_kept_in_a_panel_goes_with_the_right_to_see_it(house: House) -> None:
    save_rules(house.services, ADMINISTRATOR, Rules(supervisors=(Supervisor(OLGA),), margin_viewers=(ANNA,)))
    house.live(FILLABLE)
    assert house.cached(FILLABLE)["totals"]["margin_percent"] is not None
    save_rules(house.services, ADMINISTRATOR, Rules(supervisors=(Supervisor(OLGA),)))
    assert house.cached(FILLABLE)["totals"]["margin_percent"] is None


def test_two_products_of_one_sku_do_not_fight_for_an_element() -> None:
    present = [CatalogueItem("", "A", "Старое имя", "1", "шт", 7)]
    wanted = [CatalogueItem("e1", "A", "Первый", "1", "шт"), CatalogueItem("e2", "A", "Второй", "1", "шт")]
    assert [one.element_id for one in differences(wanted, present)] == [7, None]


def test_what_is_written_into_the_crm_waits_for_a_new_connection(house: House) -> None:
    """Tokens died after the order was placed: the note and the fields are written once an administrator reconnected."""
    house.order(FILLABLE)
    for method in ("update_deal", "add_note"):
        house.crm.fail_next(method, CrmReauthorise())
        house.crm.fail_next(method, CrmPaymentRequired())
    house.drain()
    assert house.notes(FILLABLE) == []
    house.drain(timedelta(hours=1))
    assert len(house.notes(FILLABLE)) == 1


def test_set_up_of_an_account_that_must_be_connected_again_says_so(house: House) -> None:
    """Somebody is looking at it: better told at once than kept waiting."""
    house.crm.fail_next("set_up", CrmReauthorise())
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()
    shown: Any = show_settings(house.services, ADMINISTRATOR)
    assert shown["setup"]["state"] == "failed"
    assert shown["setup"]["steps"][0]["error"]["code"] == "crm_reauthorise"
