"""Every class of error has its status; the code and the figures go out, nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog
from flask import Flask

from backend.api.problems import problem_of, status_of
from backend.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Permanent,
    Refused,
    Retryable,
    StockgateError,
)
from backend.ports.connections import AccountInactive, NoConnection
from backend.ports.crm import CrmBlocked, CrmDenied, CrmPaymentRequired, CrmReauthorise, CrmRefused, CrmThrottled
from backend.ports.erp import ErpDenied, ErpOutcomeUnknown, ErpShortage, ErpUnavailable
from tests.support.api_house import DEAL, ApiHouse

STATUS: dict[type[StockgateError], int] = {
    Invalid: 422,
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Refused: 409,
    NoConnection: 409,
    AccountInactive: 409,
    Retryable: 503,
    ErpUnavailable: 503,
    CrmThrottled: 503,
    CrmBlocked: 503,
    OutcomeUnknown: 502,
    ErpOutcomeUnknown: 502,
    Permanent: 502,
    ErpDenied: 502,
    ErpShortage: 502,
    CrmRefused: 502,
    CrmPaymentRequired: 502,
    CrmDenied: 403,
    CrmReauthorise: 409,
    StockgateError: 500,
}


@pytest.mark.parametrize("kind", STATUS)
def test_the_class_decides_the_status(app: Flask, kind: type[StockgateError]) -> None:
    with app.test_request_context():
        answer = problem_of(kind("for developers only", figure="4"))
    told = answer.get_json()
    assert answer.status_code == STATUS[kind] == told["status"]
    assert answer.mimetype == "application/problem+json"
    assert "for developers only" not in answer.get_data(as_text=True)
    assert told["params"] == ({} if kind is StockgateError else {"figure": "4"})
    assert told["code"] == kind.code


def test_every_error_class_of_the_house_has_a_status_of_its_own_family() -> None:
    """A class nobody mapped would answer 500 and hide its code."""
    families = (Refused, Retryable, OutcomeUnknown, Permanent)
    for kind in _children(StockgateError):
        if issubclass(kind, families):
            assert status_of(kind.__new__(kind)) != 500, kind


def _children(kind: type[StockgateError]) -> set[type[StockgateError]]:
    return {one for child in kind.__subclasses__() for one in {child, *_children(child)}}


@pytest.mark.parametrize(("after", "seconds"), [(None, "5"), (timedelta(seconds=2.2), "3"), (timedelta(0), "1")])
def test_how_long_to_wait(app: Flask, after: timedelta | None, seconds: str) -> None:
    with app.test_request_context():
        assert problem_of(ErpUnavailable(after=after)).headers["Retry-After"] == seconds


def test_no_wait_where_waiting_does_not_help(app: Flask) -> None:
    with app.test_request_context():
        assert "Retry-After" not in problem_of(OutcomeUnknown()).headers


def test_a_crash_tells_and_logs_nothing_it_quotes(house: ApiHouse) -> None:
    house.crm.fail_next("deal", RuntimeError("password=secret of 7707083893"))
    with structlog.testing.capture_logs() as lines:
        answer = house.call("GET", f"/deals/{DEAL}/lines/9001/details")
    told = answer.get_json()
    assert (answer.status_code, told["code"], told["params"]) == (500, "internal", {})
    assert "secret" not in answer.get_data(as_text=True)
    crash = next(one for one in lines if one["event"] == "request.crashed")
    assert crash["kind"] == "RuntimeError"
    assert any("show_line" in frame for frame in crash["frames"])
    assert "secret" not in str(lines)
    assert "7707083893" not in str(lines)


def test_the_request_id_is_the_callers_where_it_is_harmless(house: ApiHouse) -> None:
    answer = house.client.get("/live", headers={"X-Request-Id": "trace-0123456789"})
    assert answer.headers["X-Request-Id"] == "trace-0123456789"


@pytest.mark.parametrize("given", ["short", "x" * 65, 'quote"and<tag>', "строка-строка"])
def test_another_request_id_is_replaced(house: ApiHouse, given: str) -> None:
    answer = house.client.get("/live", headers={"X-Request-Id": given.encode().decode("latin-1")})
    assert len(answer.headers["X-Request-Id"]) == 32


def test_the_problem_carries_the_id_of_the_answer(house: ApiHouse) -> None:
    answer = house.call("GET", "/deals/999/panel")
    assert answer.get_json()["request_id"] == answer.headers["X-Request-Id"]


def test_an_account_to_be_authorised_again_is_told_so(house: ApiHouse) -> None:
    house.crm.fail_next("deal", CrmReauthorise("tokens are dead"))
    answer = house.call("GET", f"/deals/{DEAL}/panel")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "crm_reauthorise")


def test_without_an_erp_the_panel_says_so_and_other_questions_are_refused(house: ApiHouse) -> None:
    house.erps.connected = False
    assert house.call("GET", f"/deals/{DEAL}/panel").get_json()["state"] == "no_connection"
    answer = house.call("GET", f"/deals/{DEAL}/lines/9001/details")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_connection")
