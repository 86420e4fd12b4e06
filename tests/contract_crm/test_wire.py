"""What only the real adapter has: numbers of calls, tokens, renames, limits, the platform's own calls to us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from backend.amocrm.connector import AmoConnector
from backend.amocrm.widget_token import WidgetTokenVerifier
from backend.ports.crm import (
    CatalogueItem,
    CrmBlocked,
    CrmPort,
    CrmReauthorise,
    CrmSetup,
    CrmThrottled,
    DealField,
    DealUpdate,
    TaskDraft,
    TokenExpired,
    TokenForeign,
    TokenInvalid,
)
from tests.contract_crm.amo_world import AmoWorld, new_server
from tests.contract_crm.test_writing import PDF, WISH
from tests.contract_crm.world import DEAL, KETTLE, LAMP, MANAGER
from tests.support.crm_house import ACCOUNT, CLIENT_ID, CrmHouse
from tests.support.crm_server import Answer, ScriptedServer

DUE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TOKEN = ("POST", "/oauth2/access_token")


def control(amo: AmoWorld, path: str, **body: Any) -> Any:
    """Turn a switch of the stand-in."""
    answer = requests.post(f"{amo.server.url}/_sandbox/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()


def spent(amo: AmoWorld, work: Callable[[], object]) -> list[tuple[str, str]]:
    """The requests that some work needs, steady state (caches warm)."""
    work()
    amo.server.world.request_log.clear()
    work()
    return amo.requests()


@pytest.fixture
def setup(amo: AmoWorld) -> CrmSetup:
    return amo.crm().set_up(WISH)


@pytest.mark.parametrize("lines", [3, 10, 100, 200])
def test_a_deal_takes_five_calls_however_many_lines(amo: AmoWorld, setup: CrmSetup, lines: int) -> None:
    crm = amo.crm(setup)
    new = [CatalogueItem(f"e{n}", f"s{n}", f"n{n}", "1", "шт") for n in range(lines - 3)]
    links = [
        {
            "to_entity_id": i.element_id,
            "to_entity_type": "catalog_elements",
            "metadata": {"catalog_id": 4521, "quantity": 2},
        }
        for i in crm.write_catalogue(setup, new)
    ]
    if links:
        crm.client.write("POST", f"leads/{DEAL}/link", links)
    amo.server.world.request_log.clear()
    deal = crm.deal(DEAL, as_user=MANAGER)
    assert deal is not None
    assert len(deal.lines) == lines
    assert all(line.element.name for line in deal.lines)
    assert len(amo.requests()) == 5
    first_two = {path for _, path in amo.requests()[:2]}
    assert first_two == {f"/api/v4/leads/{DEAL}", f"/api/v4/leads/{DEAL}/links"}


CALLS: list[tuple[str, int, Callable[[CrmPort, CrmSetup], object]]] = [
    ("account", 0, lambda crm, s: crm.account()),
    ("users", 0, lambda crm, s: crm.users()),
    ("pipelines", 0, lambda crm, s: crm.pipelines()),
    ("deal", 5, lambda crm, s: crm.deal(DEAL)),
    ("set_line", 1, lambda crm, s: crm.set_line(DEAL, LAMP, "2")),
    ("remove_line", 1, lambda crm, s: crm.remove_line(DEAL, KETTLE)),
    (
        "update_deal",
        1,
        lambda crm, s: crm.update_deal(DEAL, DealUpdate(Decimal(5), {DealField.RESERVE: "x"}, 32392168)),
    ),
    ("add_note again", 1, lambda crm, s: crm.add_note(DEAL, "x", key="same")),
    ("add_task again", 1, lambda crm, s: crm.add_task(TaskDraft(DEAL, MANAGER, "x", DUE), key="same")),
    ("attach_file again", 4, lambda crm, s: crm.attach_file(DEAL, "x.pdf", PDF)),
    ("set_up again", 5, lambda crm, s: crm.set_up(WISH)),
    ("search_elements", 2, lambda crm, s: crm.search_elements(external_id="none", sku="LAMP-W")),
    ("catalogue_items", 1, lambda crm, s: crm.catalogue_items()),
]


@pytest.mark.parametrize(("name", "calls", "work"), CALLS, ids=[c[0] for c in CALLS])
def test_what_each_operation_costs(
    amo: AmoWorld, setup: CrmSetup, name: str, calls: int, work: Callable[[CrmPort, CrmSetup], object]
) -> None:
    crm = amo.crm(setup)
    assert len(spent(amo, lambda: work(crm, setup))) == calls, amo.requests()


def test_what_the_first_time_costs(amo: AmoWorld) -> None:
    amo.server.world.request_log.clear()
    setup = amo.crm().set_up(WISH)
    assert len(amo.requests()) == 8
    crm = amo.crm(setup)
    for calls, work in (
        (2, lambda: crm.add_note(DEAL, "x", key="k")),
        (2, lambda: crm.add_task(TaskDraft(DEAL, MANAGER, "x", DUE), key="k")),
        (6, lambda: crm.attach_file(DEAL, "x.pdf", PDF)),  # one of them asks for the drive's address
    ):
        amo.server.world.request_log.clear()
        work()
        assert len(amo.requests()) == calls, amo.requests()


def test_a_catalogue_goes_in_batches_of_fifty(amo: AmoWorld, setup: CrmSetup) -> None:
    crm = amo.crm(setup)
    crm.write_catalogue(setup, [CatalogueItem("warm", "", "x", None, "")])
    amo.server.world.request_log.clear()
    crm.write_catalogue(setup, [CatalogueItem(f"e{n}", "", "x", None, "") for n in range(101)])
    assert amo.requests() == [("POST", "/api/v4/catalogs/4521/elements")] * 3


def test_fifty_threads_with_an_expired_token_make_one_refresh(amo: AmoWorld) -> None:
    client, start, found = amo.house.client(), threading.Barrier(50), []
    amo.house.clock.move(hours=30)
    control(amo, "clock", advance=30 * 3600)
    amo.server.world.request_log.clear()

    def work() -> None:
        start.wait()
        answer = client.get("account")
        found.append(answer and answer["id"])

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ACCOUNT] * 50
    assert amo.requests().count(TOKEN) == 1
    assert len(amo.requests()) == 51


def test_a_token_that_died_before_its_time_is_refreshed(amo: AmoWorld) -> None:
    control(amo, "clock", advance=25 * 3600)  # the platform's clock only: ours believes the token lives
    assert amo.crm().deal(DEAL) is not None
    assert amo.requests().count(TOKEN) == 2, "the connection's and one refresh"


def test_a_renamed_account_is_followed(amo: AmoWorld) -> None:
    new_host = amo.host.replace("127.0.0.1", "localhost")
    house = CrmHouse(amo.host, new_host)
    house.store.connect(ACCOUNT, amo.host, pair_of(amo))
    control(amo, "rename", subdomain="renamed", host="localhost")
    assert house.adapter().deal(DEAL) is not None
    known = house.store.load(ACCOUNT)
    assert known is not None
    assert (known.domain, known.reauthorise) == (new_host, False)
    house.close()


def test_an_integration_that_was_switched_off_must_be_connected_again(amo: AmoWorld) -> None:
    control(amo, f"integrations/{CLIENT_ID}/uninstall")
    with pytest.raises(CrmReauthorise):
        amo.crm().deal(DEAL)
    known = amo.house.store.load(ACCOUNT)
    assert known is not None
    assert known.reauthorise is True
    amo.server.world.request_log.clear()
    with pytest.raises(CrmReauthorise):
        amo.crm().add_note(DEAL, "x", key="k")
    assert amo.requests() == [], "nothing is tried with dead tokens"
    control(amo, f"integrations/{CLIENT_ID}/install")
    amo.connect()
    assert amo.crm().deal(DEAL) is not None


def test_the_platforms_own_limit_stops_the_account(amo: AmoWorld) -> None:
    control(amo, "limits", enabled=True, per_second=7, retry_after=9)
    client = amo.house.client()
    for _ in range(7):
        client.get("account")
    with pytest.raises(CrmThrottled) as throttled:
        client.get("account")
    assert throttled.value.after == timedelta(seconds=9)
    before = len(amo.requests())
    with pytest.raises(CrmThrottled):
        client.get("account")
    assert len(amo.requests()) == before


@pytest.mark.parametrize("kind", ["429_html", "429_json", "403_html"])
def test_limits_said_by_a_gateway_stop_the_account_too(amo: AmoWorld, kind: str) -> None:
    amo.server.world.faults.add(kind=kind, retry_after=30)
    with pytest.raises((CrmThrottled, CrmBlocked)):
        amo.house.client().get("account")
    ((_, blocked),) = amo.house.budget.stops
    assert blocked is (kind == "403_html")


def test_a_webhook_that_was_switched_off_is_switched_on_again(amo: AmoWorld, setup: CrmSetup) -> None:
    (hook,) = amo.server.world.store.all("webhook")
    amo.server.world.store.put("webhook", {**hook, "disabled": True})
    amo.crm(setup).set_up(WISH)
    (hook,) = amo.server.world.store.all("webhook")
    assert hook["disabled"] is False


def test_fields_made_by_set_up_cannot_be_changed_by_people_and_carry_our_codes(amo: AmoWorld, setup: CrmSetup) -> None:
    for field, number in setup.field_ids.items():
        made = amo.server.world.store.get("field", number)
        assert made is not None
        assert made["is_api_only"] is True
        assert made["code"] == f"STOCKGATE_{field.name}"
        assert made["group_id"] == setup.field_group_id


def test_an_account_without_products_gets_the_list(amo: AmoWorld) -> None:
    store = amo.server.world.store
    own = [("field", f) for f in store.all("field") if f["entity"] == "catalogs:4521"]
    for kind, row in [*own, *(("catalog", c) for c in store.all("catalog"))]:
        store.delete(kind, row["id"])
    setup = amo.crm().set_up(WISH)
    (catalog,) = store.all("catalog")
    assert (catalog["type"], catalog["id"]) == ("products", setup.products_list_id)
    assert setup.external_id_field is not None


def test_a_drive_that_fails_leaves_nothing_in_the_deal(amo: AmoWorld) -> None:
    amo.server.world.faults.add(kind="502", method="POST", path="sessions/upload", port="drive")
    with pytest.raises(Exception) as broken:  # noqa: PT011 the code is what is compared
        amo.crm().attach_file(DEAL, "x.pdf", PDF)
    assert getattr(broken.value, "code", None) == "crm_unavailable", "nothing was seen of it: it may simply be repeated"
    assert amo.files(DEAL) == []


def test_the_record_names_every_request_with_the_platforms_id(amo: AmoWorld) -> None:
    amo.crm().attach_file(DEAL, "x.pdf", PDF)
    kept = [e.request_id for e in amo.house.exchanges]
    assert sorted(kept) == sorted(r["request_id"] for r in list(amo.server.world.request_log)[1:])
    assert not any("/upload/" in e.path for e in amo.house.exchanges), "an upload's address is a secret"


# What the platform sends to us.


@pytest.fixture
def desk(amo: AmoWorld) -> WidgetTokenVerifier:
    house = amo.house
    return WidgetTokenVerifier(house.integration, house.platform, house.store, house.clock, house.tokens.lives_at)


def page_token(amo: AmoWorld) -> str:
    """As the deal card's page gets one."""
    session = requests.Session()
    session.post(f"{amo.server.url}/_sandbox/session", json={"user_id": MANAGER}, timeout=10)
    url = f"{amo.server.url}/ajax/v2/integrations/{CLIENT_ID}/disposable_token"
    return str(session.get(url, headers={"X-Requested-With": "XMLHttpRequest"}, timeout=10).json()["token"])


def test_the_pages_token_is_accepted(amo: AmoWorld, desk: WidgetTokenVerifier) -> None:
    found = desk.verify(page_token(amo), origin=amo.server.url)
    assert (found.account_id, found.user_id, found.is_admin) == (ACCOUNT, MANAGER, False)


@pytest.mark.parametrize(
    ("mode", "error"), [("expired", TokenExpired), ("wrong_audience", TokenForeign), ("wrong_key", TokenInvalid)]
)
def test_spoilt_tokens_are_not(amo: AmoWorld, desk: WidgetTokenVerifier, mode: str, error: type[Exception]) -> None:
    control(amo, "disposable", **{mode: True})
    try:
        with pytest.raises(error):
            desk.verify(page_token(amo), origin=amo.server.url)
    finally:
        control(amo, "disposable", **{mode: False})


def test_the_page_of_a_renamed_account_is_accepted_and_the_name_is_learnt(amo: AmoWorld) -> None:
    new_host = amo.host.replace("127.0.0.1", "localhost")
    house = CrmHouse(amo.host, new_host)
    house.clock.set(amo.house.clock.now())
    house.store.connect(ACCOUNT, amo.host, pair_of(amo))
    desk = WidgetTokenVerifier(house.integration, house.platform, house.store, house.clock, house.tokens.lives_at)
    old_token = page_token(amo)
    control(amo, "rename", subdomain="renamed", host="localhost")
    new_token = page_token(amo)
    assert desk.verify(new_token, origin=f"http://{new_host}").domain == new_host
    known = house.store.load(ACCOUNT)
    assert known is not None
    assert known.domain == new_host
    with pytest.raises(TokenForeign):
        desk.verify(old_token, origin=amo.server.url)
    house.close()


@pytest.fixture
def ours() -> Iterator[ScriptedServer]:
    """Our own side: the redirect address and the uninstall hook."""
    with ScriptedServer() as running:
        running.on("GET", "/oauth", Answer(200, b"ok"))
        running.on("GET", "/uninstall", Answer(200, b"ok"))
        yield running


def arrived(ours: ScriptedServer, path: str) -> dict[str, str]:
    """The query of the platform's call, when it has come."""
    done = threading.Event()
    for _ in range(200):
        if ours.calls("GET", path):
            return dict(ours.calls("GET", path)[0].query)
        done.wait(0.02)
    raise AssertionError(f"no call to {path}")


def test_install_and_uninstall_as_the_platform_does_them(ours: ScriptedServer) -> None:
    with new_server() as server:
        host = server.url.removeprefix("http://")
        house = CrmHouse(host, redirect_uri=f"{ours.url}/oauth")
        connector = AmoConnector(house.integration, house.platform, house.oauth)
        hooks = {"redirect_uri": f"{ours.url}/oauth", "uninstall_hook_url": f"{ours.url}/uninstall", "installed": False}
        server.add_integration({"client_id": CLIENT_ID, **hooks})
        act = f"{server.url}/_sandbox/integrations/{CLIENT_ID}"
        requests.post(f"{act}/install", json={}, timeout=10).raise_for_status()
        request = connector.read_install(arrived(ours, "/oauth"))
        assert (request.domain, request.state, request.from_widget) == (host, "", True)
        grant = connector.exchange(request)
        assert grant.account_id == ACCOUNT
        requests.post(f"{act}/uninstall", json={}, timeout=10).raise_for_status()
        assert connector.is_uninstall(arrived(ours, "/uninstall")) == ACCOUNT
        house.close()


def pair_of(amo: AmoWorld) -> Any:
    """The account's pair."""
    known = amo.house.store.load(ACCOUNT)
    assert known is not None
    return known.tokens
