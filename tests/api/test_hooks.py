"""Webhooks and the uninstall hook: nobody proves much, so little is believed and nothing breaks."""

from __future__ import annotations

import pytest

from backend.ports.store import AccountState
from backend.storage.errors import StoreBusy
from tests.support.api_connector import HOOK_SIGNATURE
from tests.support.api_house import ACCOUNT, DEAL, ApiHouse
from tests.support.api_streams import Endless, chunked
from tests.support.storage import an_account

HOOK = f"/hooks/amocrm/hook-{ACCOUNT}"
FORM = "application/x-www-form-urlencoded"


def revision(house: ApiHouse) -> int:
    with house.store.read() as unit:
        return unit.deals.get(ACCOUNT, DEAL).revision


def test_a_hint_makes_open_cards_look_again(house: ApiHouse) -> None:
    house.call("PATCH", f"/deals/{DEAL}/lines/9001", {"quantity": "3"})
    before, body = revision(house), f"leads[update][0][id]={DEAL}&account[id]={ACCOUNT}"
    answer = house.client.post(HOOK, data=body, content_type=FORM)
    assert answer.status_code == 200
    assert revision(house) == before + 1


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe", b"leads[[[", b"=&=&=", b"leads[update][0][id]=" + b"9" * 50, b"{}", b"a=1&" * 30_000,
     b"leads" + b"[x]" * 5_000 + b"=1", b"x" * (9 * 1024 * 1024)],
)  # fmt: skip
def test_nonsense_is_answered_200_and_changes_nothing(house: ApiHouse, body: bytes) -> None:
    answer = house.client.post(HOOK, data=body, content_type=FORM)
    assert answer.status_code == 200
    assert revision(house) == 0


def test_any_content_type_will_do(house: ApiHouse) -> None:
    assert house.client.post(HOOK, data=b"leads[add][0][id]=1", content_type="text/weird").status_code == 200


@pytest.mark.parametrize("secret", ["wrong", "hook-2", "hook-1x", "..", "%00", "x" * 700])
def test_a_wrong_secret_is_told_nothing(house: ApiHouse, secret: str) -> None:
    answer = house.client.post(f"/hooks/amocrm/{secret}", data=b"leads[add][0][id]=1", content_type=FORM)
    assert (answer.status_code, answer.get_json()["params"]) == (404, {})


def test_more_than_ten_megabytes(house: ApiHouse) -> None:
    answer = house.client.post(HOOK, data=b"x" * (10 * 1024 * 1024 + 1), content_type=FORM)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")


def test_a_hook_without_end_is_read_for_ten_megabytes_only(house: ApiHouse) -> None:
    body = Endless()
    answer = house.client.post(HOOK, environ_overrides=chunked(body))
    assert answer.status_code == 413
    assert body.given < 11 * 1024 * 1024


def test_a_hook_of_an_uninstalled_account(house: ApiHouse) -> None:
    with house.store.write() as unit:
        unit.accounts.save(an_account(state=AccountState.UNINSTALLED))
    assert house.client.post(HOOK, data=b"", content_type=FORM).status_code == 404


def test_a_database_that_is_busy_asks_the_crm_to_come_again(house: ApiHouse) -> None:
    """amoCRM repeats what was answered 5xx; a 200 would lose the hint."""
    house.break_hints(StoreBusy("locked"))
    assert house.client.post(HOOK, data=b"", content_type=FORM).status_code == 503


def state(house: ApiHouse) -> AccountState:
    with house.store.read() as unit:
        account = unit.accounts.get(ACCOUNT)
    assert account is not None
    return account.state


def uninstall(house: ApiHouse, signature: str) -> int:
    query = {"account_id": str(ACCOUNT), "client_uuid": "x", "signature": signature}
    return house.client.get("/hooks/uninstall", query_string=query).status_code


def test_a_signed_uninstall_forgets_the_account_and_may_come_twice(house: ApiHouse) -> None:
    assert [uninstall(house, HOOK_SIGNATURE) for _ in range(2)] == [200, 200]
    assert state(house) is AccountState.UNINSTALLED
    assert house.tokens.load(ACCOUNT).tokens is None  # type: ignore[union-attr]


@pytest.mark.parametrize("signature", ["", "forged"])
def test_an_unsigned_uninstall_does_nothing(house: ApiHouse, signature: str) -> None:
    assert uninstall(house, signature) == 403
    assert state(house) is AccountState.ACTIVE
