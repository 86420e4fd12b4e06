"""Asking, deciding, withdrawing: statuses and bodies; the rules themselves are the domain's."""

from __future__ import annotations

from tests.support.api_house import DEAL, SHORT_DEAL, SUPERVISOR, ApiHouse

APPROVAL = f"/deals/{SHORT_DEAL}/approval"


def test_from_asking_to_the_order(house: ApiHouse) -> None:
    asked = house.call("POST", APPROVAL, {"reason": "Клиент согласен ждать"})
    assert (asked.status_code, asked.get_json()["state"]) == (201, "asked")
    verdict = {"verdict": "approve", "reason": ""}
    decided = house.call("POST", f"{APPROVAL}/decision", verdict, user_id=SUPERVISOR)
    assert (decided.status_code, decided.get_json()["state"]) == (200, "approved")
    seen = house.fingerprint(SHORT_DEAL)
    placed = house.call("POST", f"/deals/{SHORT_DEAL}/order", {"fingerprint": seen})
    assert (placed.status_code, placed.get_json()["state"]) == (202, "placing")


def test_a_part_is_granted_by_line(house: ApiHouse) -> None:
    house.call("POST", APPROVAL, {"reason": "Нужно"})
    verdict = {"verdict": "approve_part", "reason": "Шесть есть", "quantities": {"9001": "6"}}
    decided = house.call("POST", f"{APPROVAL}/decision", verdict, user_id=SUPERVISOR).get_json()
    assert decided["approval"]["state"] == "approved_part"
    assert decided["approval"]["lines"][0]["granted"] == "6"


def test_nobody_decides_their_own_request(house: ApiHouse) -> None:
    house.call("POST", APPROVAL, {"reason": "Нужно"})
    answer = house.call("POST", f"{APPROVAL}/decision", {"verdict": "approve"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_supervisor")


def test_a_rejection_needs_a_reason(house: ApiHouse) -> None:
    house.call("POST", APPROVAL, {"reason": "Нужно"})
    answer = house.call("POST", f"{APPROVAL}/decision", {"verdict": "reject"}, user_id=SUPERVISOR)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "reason_needed")


def test_a_request_is_withdrawn(house: ApiHouse) -> None:
    house.call("POST", APPROVAL, {"reason": "Нужно"})
    answer = house.call("DELETE", APPROVAL)
    assert (answer.status_code, answer.get_json()["approval"]["state"]) == (200, "withdrawn")


def test_nothing_to_ask_for(house: ApiHouse) -> None:
    answer = house.call("POST", f"/deals/{DEAL}/approval", {"reason": "Так"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "nothing_to_approve")


def test_nothing_failed_that_could_be_retried(house: ApiHouse) -> None:
    answer = house.call("POST", f"/deals/{DEAL}/order/retry", {})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_decisions_are_counted_by_their_outcome(house: ApiHouse) -> None:
    house.call("POST", f"/deals/{DEAL}/order", {"fingerprint": "old"})
    figures = house.client.get("/metrics").text
    assert 'stockgate_decisions_total{action="order",outcome="picture_changed"}' in figures
