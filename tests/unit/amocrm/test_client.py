"""What a client makes of every kind of answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.errors import StockgateError
from backend.ports.crm import (
    CrmBlocked,
    CrmDenied,
    CrmGarbled,
    CrmOutcomeUnknown,
    CrmPaymentRequired,
    CrmReauthorise,
    CrmRefused,
    CrmThrottled,
    CrmUnavailable,
)
from backend.ports.tokens import Priority
from tests.support.crm_house import ACCOUNT, CLIENT_ID, CrmHouse
from tests.support.crm_server import Answer, Got, ScriptedServer, hal, page, problem, raw_json
from tests.support.crm_tokens import pair

LEADS = "/api/v4/leads"
TOKEN = "/oauth2/access_token"
NEW_PAIR = {"token_type": "Bearer", "expires_in": 86400, "access_token": "access-two", "refresh_token": "refresh-two"}


def by_token(good: str, answer: Answer) -> Callable[[Got], Answer]:
    """401 for every access token but one."""

    def script(got: Got) -> Answer:
        return answer if got.headers.get("Authorization") == f"Bearer {good}" else problem(401, "expired")

    return script


def test_a_request_carries_token_agent_integration_and_user(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", f"{LEADS}/1", hal({"id": 1}))
    assert house.client().get("leads/1", [("with", "contacts")], as_user=77) == {"id": 1}
    (got,) = server.got
    assert got.query == [("with", "contacts")]
    assert got.headers["Authorization"] == "Bearer access-one"
    assert got.headers["X-Context-User-ID"] == "77"
    assert got.headers["X-Client-UUID"] == CLIENT_ID
    assert got.headers["User-Agent"].startswith("Stockgate/")
    assert "Cookie" not in got.headers


def test_204_and_json_404_are_nothing(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, Answer(204))
    server.on("GET", f"{LEADS}/9", problem(404))
    assert house.client().get("leads") is None
    assert house.client().get("leads/9") is None


def test_numbers_with_a_point_are_exact(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, raw_json('{"q": 0.1, "n": 3}'))
    assert house.client().get("leads") == {"q": Decimal("0.1"), "n": 3}


def test_pages_follow_next_until_there_is_none(house: CrmHouse, server: ScriptedServer) -> None:
    following = {"next": {"href": f"{server.url}{LEADS}?page=2&limit=2&filter%5Bid%5D%5B%5D=5"}}
    first = {"_links": following, "_embedded": {"leads": [{"id": 1}, {"id": 2}]}}
    server.on("GET", LEADS, hal(first), hal({"_links": {}, "_embedded": {"leads": [{"id": 3}]}}))
    found = house.client().pages("leads", "leads", [("limit", 2)])
    assert [lead["id"] for lead in found] == [1, 2, 3]
    assert server.got[1].query == [("page", "2"), ("limit", "2"), ("filter[id][]", "5")]


def test_a_next_link_cannot_lead_to_another_host(house: CrmHouse, server: ScriptedServer) -> None:
    with ScriptedServer() as stranger:
        link = {"next": {"href": f"{stranger.url}{LEADS}?page=2"}}
        server.on("GET", LEADS, hal({"_links": link, "_embedded": {"leads": [{"id": 1}]}}), Answer(204))
        assert len(list(house.client().pages("leads", "leads"))) == 1
        assert stranger.got == []


def test_a_redirect_is_never_followed(house: CrmHouse, server: ScriptedServer) -> None:
    with ScriptedServer() as stranger:
        server.on("GET", LEADS, Answer(302, b"", {"Location": f"{stranger.url}/steal"}))
        with pytest.raises(CrmGarbled):
            house.client().get("leads")
        assert stranger.got == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(402), CrmPaymentRequired),
        (page(402), CrmPaymentRequired),
        (problem(403, "no right"), CrmDenied),
        (page(403), CrmBlocked),
        (problem(429), CrmThrottled),
        (page(429), CrmThrottled),
        (problem(400, "bad"), CrmRefused),
        (page(422), CrmRefused),
        (page(500), CrmUnavailable),
        (problem(503), CrmUnavailable),
        (page(200), CrmGarbled),
        (raw_json('{"id": 1'), CrmGarbled),
        (raw_json("[1]"), CrmGarbled),
        (Answer(200, b'{"id": 1', {"Content-Type": "application/json"}, length=500), CrmGarbled),
        (Answer(drop=True), CrmUnavailable),
    ],
)
def test_what_a_read_makes_of_an_answer(
    house: CrmHouse, server: ScriptedServer, answer: Answer, error: type[StockgateError]
) -> None:
    server.on("GET", LEADS, answer)
    with pytest.raises(error):
        house.client(priority=Priority.BACKGROUND).get("leads")
    assert len(server.got) == 1, "nothing is hammered"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (page(500), CrmOutcomeUnknown),
        (page(504), CrmOutcomeUnknown),
        (page(200), CrmOutcomeUnknown),
        (raw_json(""), CrmOutcomeUnknown),
        (raw_json('{"id": 1'), CrmOutcomeUnknown),
        (Answer(200, b'{"id": 1', {"Content-Type": "application/json"}, length=500), CrmOutcomeUnknown),
        (Answer(drop=True), CrmOutcomeUnknown),
        (problem(400), CrmRefused),
        (problem(404), CrmRefused),
        (page(403), CrmBlocked),
        (problem(429), CrmThrottled),
    ],
)
def test_what_a_write_makes_of_an_answer(
    house: CrmHouse, server: ScriptedServer, answer: Answer, error: type[StockgateError]
) -> None:
    server.on("POST", LEADS, answer)
    with pytest.raises(error):
        house.client(priority=Priority.BACKGROUND).write("POST", "leads", [{"name": "x"}])
    assert len(server.got) == 1, "a write is never repeated"


def test_a_write_that_never_left_is_known_not_to_have_happened(house: CrmHouse) -> None:
    with ScriptedServer() as gone:
        host = gone.host
    other = CrmHouse(host)
    other.store.connect(ACCOUNT, host, pair("one", clock=other.clock))
    with pytest.raises(CrmUnavailable):
        other.client().write("POST", "leads", [])
    other.close()


@pytest.mark.parametrize(("method", "error"), [("GET", CrmUnavailable), ("PATCH", CrmOutcomeUnknown)])
def test_silence_ends(house: CrmHouse, server: ScriptedServer, method: str, error: type[StockgateError]) -> None:
    over = threading.Event()
    server.on(method, f"{LEADS}/1", Answer(drop=True, after=over))
    client = house.client(timeout=(1, 0.2))
    with pytest.raises(error):
        client.get("leads/1") if method == "GET" else client.write("PATCH", "leads/1", {})
    over.set()
    (record,) = house.exchanges
    assert (record.status, record.outcome) == (None, error.code)


def test_a_refusal_tells_words_and_paths(house: CrmHouse, server: ScriptedServer) -> None:
    errors = [{"code": "NotSupportedChoice", "path": "custom_fields_values.0.field_id", "detail": "Not valid."}]
    server.on(
        "PATCH", f"{LEADS}/1", problem(400, "x", **{"validation-errors": [{"request_id": "0", "errors": errors}]})
    )
    with pytest.raises(CrmRefused) as refused:
        house.client().write("PATCH", "leads/1", {})
    assert refused.value.data["message"] == "Not valid."
    assert refused.value.data["paths"] == ["custom_fields_values.0.field_id"]


@pytest.mark.parametrize(
    "body", [{"validation-errors": 1}, {"validation-errors": [1]}, {"validation-errors": [{"errors": 2}]}, {}]
)
def test_odd_shapes_of_errors_are_survived(house: CrmHouse, server: ScriptedServer, body: dict[str, object]) -> None:
    server.on("GET", LEADS, problem(400, "words", **body))
    with pytest.raises(CrmRefused) as refused:
        house.client().get("leads")
    assert "words" in str(refused.value.data["message"])


def test_429_stops_the_account_for_as_long_as_it_says(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, Answer(429, b"", {"Retry-After": "17"}))
    with pytest.raises(CrmThrottled) as throttled:
        house.client(priority=Priority.BACKGROUND).get("leads")
    assert throttled.value.after == timedelta(seconds=17)
    with pytest.raises(CrmThrottled):
        house.client(priority=Priority.BACKGROUND).get("leads")
    assert len(server.got) == 1
    house.clock.move(seconds=18)
    with pytest.raises(CrmThrottled):
        house.client(priority=Priority.BACKGROUND).get("leads")
    assert len(server.got) == 2


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:57 GMT", "Date": "Sun, 06 Nov 1994 08:49:37 GMT"}, 20, 20),
        ({"Retry-After": "999999"}, 3600, 3600),
        ({"Retry-After": "soon"}, 1, 1.25),
        ({"Retry-After": "0"}, 1, 1.25),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:57 GMT", "Date": "today"}, 1, 1.25),
    ],
)
def test_a_time_to_wait_is_read_carefully(
    house: CrmHouse, server: ScriptedServer, headers: dict[str, str], least: float, most: float
) -> None:
    server.on("GET", LEADS, Answer(429, b"", headers))
    with pytest.raises(CrmThrottled) as throttled:
        house.client(priority=Priority.BACKGROUND).get("leads")
    assert throttled.value.after is not None
    assert least <= throttled.value.after.total_seconds() <= most


def test_429_tells_its_time_in_json_too(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, problem(429, retry_after=300))
    with pytest.raises(CrmThrottled) as throttled:
        house.client().get("leads")
    assert throttled.value.after == timedelta(seconds=300)


def test_429_without_a_time_waits_longer_and_longer(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, page(429))
    client, waits = house.client(priority=Priority.BACKGROUND), []
    for _ in range(8):
        with pytest.raises(CrmThrottled) as throttled:
            client.get("leads")
        assert throttled.value.after is not None
        waits.append(throttled.value.after.total_seconds())
        house.clock.move(seconds=100)
    for wait, least in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60], strict=True):
        assert least <= wait <= least * 1.25


def test_a_person_waits_out_a_short_throttle_once(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("PATCH", f"{LEADS}/1", Answer(429, b"", {"Retry-After": "2"}), hal({"id": 1}))
    assert house.client().write("PATCH", "leads/1", {}) == {"id": 1}
    assert house.sleeps == [2.0]


def test_a_second_throttle_or_a_long_one_is_told_to_the_person(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, Answer(429, b"", {"Retry-After": "2"}))
    with pytest.raises(CrmThrottled):
        house.client().get("leads")
    assert len(server.got) == 2
    house.clock.move(minutes=1)
    server.on("GET", LEADS, Answer(429, b"", {"Retry-After": "4"}))
    with pytest.raises(CrmThrottled):
        house.client().get("leads")
    assert (len(server.got), house.sleeps) == (3, [2.0])


def test_a_block_stops_everything_for_a_quarter_of_an_hour(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, page(403))
    with pytest.raises(CrmBlocked):
        house.client().get("leads")
    house.clock.move(minutes=14)
    with pytest.raises(CrmBlocked):
        house.client(priority=Priority.BACKGROUND).get("account")
    assert len(server.got) == 1


def test_a_token_near_its_end_is_refreshed_before_use(house: CrmHouse, server: ScriptedServer) -> None:
    house.store.connect(ACCOUNT, server.host, pair("one", clock=house.clock, lives=timedelta(minutes=4)))
    server.on("POST", TOKEN, raw_json_pair())
    server.on("GET", LEADS, by_token("access-two", hal({"id": 1})))
    assert house.client().get("leads") == {"id": 1}
    assert [g.path for g in server.got] == [TOKEN, LEADS]


def test_a_refused_token_is_refreshed_once_and_the_call_repeated(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, raw_json_pair())
    server.on("PATCH", f"{LEADS}/1", by_token("access-two", hal({"id": 1})))
    assert house.client().write("PATCH", "leads/1", {"price": 5}) == {"id": 1}
    assert len(server.calls("PATCH", f"{LEADS}/1")) == 2
    assert server.calls("POST", TOKEN)[0].json["refresh_token"] == "refresh-one"


def test_fifty_threads_with_a_dead_token_make_one_refresh(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("POST", TOKEN, raw_json_pair(), problem(401, hint="Token has been revoked"))
    server.on("GET", LEADS, by_token("access-two", hal({"id": 1})))
    client, start, answers = house.client(), threading.Barrier(50), []

    def work() -> None:
        start.wait()
        answers.append(client.get("leads"))

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"id": 1}] * 50
    assert len(server.calls("POST", TOKEN)) == 1


def test_dead_tokens_ask_for_a_new_connection_and_then_nothing_leaves(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, problem(401))
    server.on("POST", TOKEN, problem(401, hint="Token has been revoked"))
    with pytest.raises(CrmReauthorise):
        house.client().get("leads")
    before = len(server.got)
    with pytest.raises(CrmReauthorise):
        house.client().get("leads")
    assert house.store.marks == [ACCOUNT]
    assert len(server.got) == before


def test_a_fresh_token_that_is_refused_gives_up(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, problem(401))
    server.on("POST", TOKEN, raw_json_pair())
    with pytest.raises(CrmReauthorise):
        house.client().get("leads")
    assert len(server.calls("GET", LEADS)) == 2


def test_401_for_one_user_costs_no_refresh(house: CrmHouse, server: ScriptedServer) -> None:
    """An unknown or free user is refused like a dead token; a look with our own rights tells them apart."""
    server.on("GET", f"{LEADS}/1", problem(401))
    server.on("GET", "/api/v4/account", hal({"id": ACCOUNT}))
    with pytest.raises(CrmDenied):
        house.client().get("leads/1", as_user=999)
    assert server.calls("POST", TOKEN) == []
    assert house.store.marks == []


def test_401_of_a_dead_token_under_a_user_is_refreshed(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", f"{LEADS}/1", by_token("access-two", hal({"id": 1})))
    server.on("GET", "/api/v4/account", by_token("access-two", hal({"id": ACCOUNT})))
    server.on("POST", TOKEN, raw_json_pair())
    assert house.client().get("leads/1", as_user=5) == {"id": 1}


def test_a_user_who_is_refused_with_a_fresh_token_too_is_denied(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", f"{LEADS}/1", problem(401))
    server.on("GET", "/api/v4/account", by_token("access-two", hal({"id": ACCOUNT})))
    server.on("POST", TOKEN, raw_json_pair())
    with pytest.raises(CrmDenied):
        house.client().get("leads/1", as_user=999)
    assert house.store.marks == []


def test_an_entity_that_is_gone_after_a_refresh_is_nothing(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", f"{LEADS}/1", by_token("access-two", problem(404)))
    server.on("POST", TOKEN, raw_json_pair())
    assert house.client().get("leads/1") is None


def test_a_list_without_an_end_is_given_up(house: CrmHouse, server: ScriptedServer) -> None:
    link = {"next": {"href": f"{server.url}{LEADS}"}}
    server.on("GET", LEADS, hal({"_links": link, "_embedded": {"leads": [{"id": 1}]}}))
    with pytest.raises(CrmGarbled):
        list(house.client().pages("leads", "leads"))


@pytest.mark.parametrize("embedded", ['{"leads": {"1": {}}}', '{"leads": [1]}', '{"leads": "x"}'])
def test_a_list_of_another_shape_is_garbled(house: CrmHouse, server: ScriptedServer, embedded: str) -> None:
    server.on("GET", LEADS, raw_json(f'{{"_embedded": {embedded}}}'))
    with pytest.raises(CrmGarbled):
        list(house.client().pages("leads", "leads"))


def test_the_record_of_an_exchange_holds_no_query_body_or_token(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, hal({"id": 1}, headers={"X-Request-Id": "req-1"}))
    server.on("POST", LEADS, problem(400))
    client = house.client()
    client.get("leads", [("query", "+79161234567")])
    with pytest.raises(CrmRefused):
        client.write("POST", "leads", [{"name": "Elena"}])
    first, second = house.exchanges
    assert (first.method, first.path, first.status, first.request_id, first.outcome) == (
        "GET",
        "leads",
        200,
        "req-1",
        "ok",
    )
    assert (second.status, second.outcome) == (400, "crm_refused")
    for word in ("79161234567", "Elena", "access-one"):
        assert word not in repr(house.exchanges)
    assert client.calls == 2


def test_every_request_takes_a_slot_of_its_priority(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", LEADS, hal({"id": 1}))
    house.client(priority=Priority.BACKGROUND).get("leads")
    assert house.budget.taken == [Priority.BACKGROUND]


def test_an_upload_address_outside_the_platform_gets_nothing(house: CrmHouse) -> None:
    with ScriptedServer() as stranger, pytest.raises(CrmGarbled):
        house.client().upload(f"{stranger.url}/v1.0/sessions", b"secret")
    assert stranger.got == []


def raw_json_pair() -> Answer:
    return hal(NEW_PAIR)
