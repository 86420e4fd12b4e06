"""One key, one answer; and what a one-time token that wrote may still do."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from werkzeug.test import TestResponse

from backend.erp.memory.faults import Fault
from tests.support.api_house import DEAL, OTHER_DEAL, SHORT_DEAL, SUPERVISOR, ApiHouse

LINE = f"/deals/{DEAL}/lines/9001"


def change(house: ApiHouse, quantity: str, *, key: str = "", **how: str) -> TestResponse:
    return house.call("PATCH", LINE, {"quantity": quantity}, key=key, **how)  # type: ignore[arg-type]


def quantity(house: ApiHouse) -> Decimal:
    return house.crm.deals[DEAL].lines[9001]


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_the_same_write_twice_is_done_once_and_answered_the_same(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    first = change(house, "3", key=key)
    house.crm.deals[DEAL].lines[9001] = Decimal(4)
    again = change(house, "3", key=key)
    assert first.status_code == 200
    assert (again.status_code, again.data, again.mimetype) == (200, first.data, first.mimetype)
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert quantity(house) == 4


def test_the_order_of_fields_is_no_other_request(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    one = house.call("PATCH", LINE, {"quantity": "3", "wanted_on": "2026-12-01"}, key=key)
    two = house.call("PATCH", LINE, {"wanted_on": "2026-12-01", "quantity": "3"}, key=key)
    assert one.status_code == 200
    assert two.headers["Idempotent-Replay"] == "true"


def test_another_body_under_the_same_key(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    change(house, "3", key=key)
    assert code(change(house, "5", key=key)) == (409, "idempotency_mismatch")
    assert quantity(house) == 3


def test_another_address_under_the_same_key(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    change(house, "3", key=key)
    assert code(house.call("POST", f"/deals/{DEAL}/undo", {}, key=key)) == (409, "idempotency_mismatch")


def test_the_same_key_of_another_person_is_another_key(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    change(house, "3", key=key)
    answer = house.call("PATCH", LINE, {"quantity": "5"}, key=key, user_id=SUPERVISOR)
    assert answer.status_code == 200
    assert quantity(house) == 5


@pytest.mark.parametrize(("key", "wanted"), [(None, "missing"), ("not-a-uuid", "invalid"), ("1" * 300, "invalid")])
def test_a_write_needs_a_key(house: ApiHouse, key: str | None, wanted: str) -> None:
    answer = house.call("PATCH", LINE, {"quantity": "3"}, key=key)
    assert code(answer) == (400, f"idempotency_key_{wanted}")
    assert quantity(house) == 2


def test_while_the_first_is_under_way_a_second_is_told_to_wait(house: ApiHouse) -> None:
    key, seen = str(uuid.uuid4()), []

    def rival(method: str) -> None:
        seen.append(change(house, "3", key=key))

    house.crm.before = rival
    assert change(house, "3", key=key).status_code == 200
    assert code(seen[0]) == (409, "in_progress")
    assert int(seen[0].headers["Retry-After"]) > 0


def test_a_claim_left_by_a_dead_process_can_be_taken_over(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    first = change(house, "3", key=key)
    with house.store.write() as unit:
        unit.idempotency.finish(1, 7, key, status=None, body=b"")  # type: ignore[arg-type]
    house.clock.advance(timedelta(minutes=3))
    assert first.status_code == change(house, "3", key=key).status_code == 200


def test_a_refusal_is_an_answer_too(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    first = house.call("POST", f"/deals/{DEAL}/undo", {}, key=key)
    again = house.call("POST", f"/deals/{DEAL}/undo", {}, key=key)
    assert code(first) == code(again) == (409, "nothing_to_undo")
    assert (again.data, again.mimetype) == (first.data, "application/problem+json")
    assert again.headers["Idempotent-Replay"] == "true"


def test_after_a_failure_outside_the_same_key_may_try_again(house: ApiHouse) -> None:
    key, seen = str(uuid.uuid4()), house.fingerprint()
    house.erp.script.down(Fault.UNAVAILABLE)
    failed = house.call("POST", f"/deals/{DEAL}/order", {"fingerprint": seen}, key=key)
    assert code(failed) == (503, "erp_unavailable")
    assert int(failed.headers["Retry-After"]) > 0
    house.erp.script.up()
    done = house.call("POST", f"/deals/{DEAL}/order", {"fingerprint": seen}, key=key)
    assert (done.status_code, done.get_json()["state"]) == (202, "placing")
    assert "Idempotent-Replay" not in done.headers


def test_a_crash_leaves_the_key_free(house: ApiHouse) -> None:
    key = str(uuid.uuid4())
    house.crm.fail_next("deal", RuntimeError("a mistake of ours"))
    assert code(change(house, "3", key=key)) == (500, "internal")
    assert change(house, "3", key=key).status_code == 200


def test_a_token_that_wrote_writes_again_for_the_same_deal(house: ApiHouse) -> None:
    token = house.token()
    assert change(house, "3", token=token).status_code == 200
    assert change(house, "4", token=token).status_code == 200
    assert quantity(house) == 4


def test_a_token_that_wrote_does_not_write_for_another_deal(house: ApiHouse) -> None:
    token = house.token()
    change(house, "3", token=token)
    answer = house.call("PATCH", f"/deals/{OTHER_DEAL}/lines/9001", {"quantity": "9"}, token=token)
    assert code(answer) == (403, "token_reused")
    assert house.crm.deals[OTHER_DEAL].lines[9001] == 3


def test_a_token_that_wrote_still_reads_everything(house: ApiHouse) -> None:
    token = house.token()
    change(house, "3", token=token)
    assert house.call("GET", f"/deals/{OTHER_DEAL}/panel", token=token).status_code == 200


def test_a_reused_token_does_not_burn_the_key(house: ApiHouse) -> None:
    token, key = house.token(), str(uuid.uuid4())
    change(house, "3", token=token)
    path = f"/deals/{OTHER_DEAL}/lines/9001"
    house.call("PATCH", path, {"quantity": "9"}, token=token, key=key)
    assert house.call("PATCH", path, {"quantity": "9"}, key=key).status_code == 200


def test_pressing_twice_makes_one_order(house: ApiHouse) -> None:
    seen = house.fingerprint()
    answers = [house.call("POST", f"/deals/{DEAL}/order", {"fingerprint": seen}) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert house.announced("order.place") == 1


def test_a_changed_picture_comes_with_the_new_one(house: ApiHouse) -> None:
    answer = house.call("POST", f"/deals/{DEAL}/order", {"fingerprint": "what-nobody-saw"})
    told = answer.get_json()
    assert code(answer) == (409, "picture_changed")
    assert told["panel"]["decision"]["fingerprint"] == house.fingerprint()


def test_a_shortage_is_refused_with_its_reasons_and_the_panel(house: ApiHouse) -> None:
    answer = house.call("POST", f"/deals/{SHORT_DEAL}/order", {"fingerprint": house.fingerprint(SHORT_DEAL)})
    told = answer.get_json()
    assert code(answer) == (409, "not_allowed")
    assert [one["code"] for one in told["params"]["reasons"]] == ["shortage"]
    assert told["panel"]["state"] == "short"


def test_goods_taken_in_this_moment_are_told_with_the_newest_panel(house: ApiHouse) -> None:
    """A rival's order comes between our reading of the stock and our hold."""
    house.crm.deals[OTHER_DEAL].lines[9001] = Decimal(5)
    seen, theirs = house.fingerprint(), house.fingerprint(OTHER_DEAL)

    def rival() -> None:
        placed = house.call("POST", f"/deals/{OTHER_DEAL}/order", {"fingerprint": theirs}, user_id=SUPERVISOR)
        assert placed.status_code == 202

    house.erp.rival = rival
    answer = house.call("POST", f"/deals/{DEAL}/order", {"fingerprint": seen})
    told = answer.get_json()
    assert code(answer) == (409, "stock_taken")
    assert told["params"]["lines"][0]["line_id"] == "9001"
    assert told["panel"]["state"] == "short"
    assert house.announced("order.place") == 1
