"""The queue over HTTP: for administrators of the account, and nobody sees another account's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend.ports.store import AlertKind, OperationState
from tests.support.api_house import ACCOUNT, ADMIN, DEAL, MANAGER, SUPERVISOR, ApiHouse
from tests.support.storage import OTHER, an_account

LEASE = timedelta(seconds=20)
TEXT = "Иван Петров, +7 495 221-33-44"


def add(house: ApiHouse, key: str, *, kind: str = "crm.note", account: int = ACCOUNT, deal: int | None = DEAL) -> str:
    with house.store.write() as unit:
        return unit.operations.add(
            account, kind=kind, key=key, payload={"text": TEXT}, deal_id=deal, due_at=house.clock.now()
        )


def dead(house: ApiHouse, key: str = "dead", **more: Any) -> str:
    operation_id = add(house, key, **more)
    now = house.clock.now()
    with house.store.write() as unit:
        assert unit.operations.claim(operation_id, worker="w", now=now, lease=LEASE)
        unit.operations.die(operation_id, worker="w", now=now, code="crm_refused", detail=f"422 for {TEXT}")
    return operation_id


def theirs(house: ApiHouse) -> str:
    """A dead operation of another account."""
    with house.store.write() as unit:
        unit.accounts.save(an_account(OTHER))
    return dead(house, "theirs", account=OTHER)


def ask(
    house: ApiHouse, method: str, path: str, body: object = None, *, user_id: int = ADMIN, key: str | None = ""
) -> TestResponse:
    return house.call(method, path, body, user_id=user_id, key=key)


def ids(house: ApiHouse, query: str = "") -> list[str]:
    return [one["id"] for one in ask(house, "GET", f"/operations{query}").get_json()["operations"]]


def state_of(house: ApiHouse, operation_id: str) -> OperationState:
    with house.store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found.state


WAYS = [
    ("GET", "", None),
    ("GET", "/{id}", None),
    ("POST", "/{id}/retry", {}),
    ("POST", "/{id}/dismissal", {"why": "known"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WAYS)
@pytest.mark.parametrize("user_id", [MANAGER, SUPERVISOR])
def test_only_administrators(house: ApiHouse, method: str, path: str, body: object, user_id: int) -> None:
    operation_id = dead(house)
    answer = ask(house, method, f"/operations{path.format(id=operation_id)}", body, user_id=user_id)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_administrator")
    assert state_of(house, operation_id) is OperationState.DEAD


@pytest.mark.parametrize("user_id", [MANAGER, SUPERVISOR])
def test_alerts_are_for_administrators_too(house: ApiHouse, user_id: int) -> None:
    assert ask(house, "GET", "/alerts", user_id=user_id).status_code == 403


@pytest.mark.parametrize(("method", "path", "body"), WAYS[1:])
def test_another_accounts_operation_is_not_there(house: ApiHouse, method: str, path: str, body: object) -> None:
    operation_id = theirs(house)
    answer = ask(house, method, f"/operations{path.format(id=operation_id)}", body)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert state_of(house, operation_id) is OperationState.DEAD


def test_another_accounts_are_not_listed_whatever_is_looked_for(house: ApiHouse) -> None:
    own = dead(house)
    foreign = theirs(house)
    assert ids(house) == [own]
    assert foreign not in ids(house, "?text=crm_refused&state=dead&limit=200")


def test_an_account_cannot_be_asked_for(house: ApiHouse) -> None:
    assert ask(house, "GET", f"/operations?account_id={OTHER}").status_code == 422


def test_each_wish_narrows(house: ApiHouse) -> None:
    failed = dead(house)
    waiting = add(house, "w", kind="order.place", deal=502)
    assert ids(house) == [waiting, failed]
    assert ids(house, "?state=dead") == [failed]
    assert ids(house, "?state=dead,waiting") == [waiting, failed]
    assert ids(house, "?kind=order.place") == [waiting]
    assert ids(house, "?kind=order.place,crm.note") == [waiting, failed]
    assert ids(house, f"?deal_id={DEAL}") == [failed]
    assert ids(house, "?text=CRM_refused") == [failed]
    assert ids(house, "?text=nothing") == []


def test_pages(house: ApiHouse) -> None:
    made = [add(house, str(number)) for number in range(3)]
    first = ask(house, "GET", "/operations?limit=2").get_json()
    rest = ask(house, "GET", f"/operations?limit=2&before={first['next']}").get_json()
    assert [one["id"] for one in first["operations"] + rest["operations"]] == made[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("?state=lost", "state.0"),
        ("?kind=DROP TABLE", "kind.0"),
        ("?deal_id=0", "deal_id"),
        ("?before=x", "before"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?text=%00", "text"),
        ("?order=asc", "order"),
    ],
)
def test_a_question_that_is_none(house: ApiHouse, query: str, path: str) -> None:
    answer = ask(house, "GET", f"/operations{query}")
    assert answer.status_code == 422
    assert [one["path"] for one in answer.get_json()["params"]["fields"]] == [path]


def test_nothing_personal_leaves(house: ApiHouse) -> None:
    operation_id = dead(house)
    answers = [ask(house, "GET", "/operations"), ask(house, "GET", f"/operations/{operation_id}")]
    text = "".join(one.get_data(as_text=True) for one in answers)
    assert [one for one in ("Иван", "221-33-44", "495") if one in answers[1].get_json()["payload"]["text"]] == []
    assert "221-33-44" not in text
    assert answers[1].get_json()["payload"] == {"text": "•••"}


def test_a_dead_one_is_tried_again_once_for_a_repeated_click(house: ApiHouse) -> None:
    operation_id = dead(house)
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    first = ask(house, "POST", f"/operations/{operation_id}/retry", {}, key=key)
    again = ask(house, "POST", f"/operations/{operation_id}/retry", {}, key=key)
    assert (first.status_code, first.get_json()["state"]) == (202, "waiting")
    assert again.get_json() == first.get_json()
    with house.store.read() as unit:
        kinds = [one.kind for one in unit.journal.of_operation(ACCOUNT, operation_id)]
    assert kinds == ["operation.retried"]


def test_dismissed_with_a_reason_by_the_person_of_the_token(house: ApiHouse) -> None:
    operation_id = dead(house)
    answer = ask(house, "POST", f"/operations/{operation_id}/dismissal", {"why": "  made by hand "})
    assert answer.status_code == 200
    assert answer.get_json()["dismissed"] == {"by": ADMIN, "why": "made by hand"}
    assert (answer.get_json()["can_retry"], answer.get_json()["can_dismiss"]) == (False, False)


@pytest.mark.parametrize("why", ["", "   ", "x" * 501, None, 7])
def test_no_dismissal_without_a_reason(house: ApiHouse, why: object) -> None:
    operation_id = dead(house)
    assert ask(house, "POST", f"/operations/{operation_id}/dismissal", {"why": why}).status_code == 422
    assert state_of(house, operation_id) is OperationState.DEAD


@pytest.mark.parametrize(("path", "body"), [("retry", {}), ("dismissal", {"why": "known"})])
def test_what_ended_is_refused_in_words(house: ApiHouse, path: str, body: object) -> None:
    operation_id = dead(house)
    ask(house, "POST", f"/operations/{operation_id}/dismissal", {"why": "known"})
    answer = ask(house, "POST", f"/operations/{operation_id}/{path}", body)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "operation_wrong_state")
    assert answer.get_json()["params"] == {"state": "dismissed"}


def test_alerts_of_the_account_only(house: ApiHouse) -> None:
    theirs(house)
    with house.store.write() as unit:
        for account_id in (ACCOUNT, OTHER):
            unit.alerts.raise_alert(
                account_id, kind=AlertKind.ERP_DOWN, key="erp_down", data={"code": "x"}, now=house.clock.now()
            )
    told = ask(house, "GET", "/alerts").get_json()["alerts"]
    assert [(one["account_id"], one["kind"], one["times"], one["data"]) for one in told] == [
        (ACCOUNT, "erp_down", 1, {"code": "x"})
    ]
