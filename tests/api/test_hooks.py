"""Webhooks and the uninstall hook: nobody proves much, so little is believed and nothing breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.app import create_app
from backend.ports.store import AccountState, HookSource
from backend.services.receive_hook import GATHERING, MOST_KEPT
from tests.support.api_connector import HOOK_SIGNATURE
from tests.support.api_house import ACCOUNT, DEAL, ApiHouse
from tests.support.api_streams import Endless, chunked
from tests.support.storage import an_account, open_store

HOOK = f"/hooks/amocrm/hook-{ACCOUNT}"
FORM = "application/x-www-form-urlencoded"


def kept(house: ApiHouse, source: HookSource = HookSource.CRM) -> list[bytes]:
    with house.store.read() as unit:
        return [one.body for one in unit.hooks.waiting(ACCOUNT, source, after=0, limit=100)]


def test_a_hook_is_kept_as_it_came_and_a_reader_announced(house: ApiHouse) -> None:
    body = f"leads[update][0][id]={DEAL}&account[id]={ACCOUNT}".encode()
    for _ in range(3):
        assert house.client.post(HOOK, data=body, content_type=FORM).status_code == 200
    assert kept(house) == [body] * 3
    house.clock.advance(GATHERING)
    assert house.announced("account.read_hooks") == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe", b"leads[[[", b"=&=&=", b"leads[update][0][id]=" + b"9" * 50, b"{}", b"a=1&" * 30_000,
     b"leads" + b"[x]" * 5_000 + b"=1", b"x" * (9 * 1024 * 1024)],
)  # fmt: skip
def test_nonsense_is_answered_200_and_kept_unless_it_is_huge(house: ApiHouse, body: bytes) -> None:
    answer = house.client.post(HOOK, data=body, content_type=FORM)
    assert answer.status_code == 200
    assert kept(house) == ([body] if len(body) <= MOST_KEPT else [])


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
    url = house.store.engine.url.render_as_string()
    impatient = open_store(url, busy=timedelta(milliseconds=50))
    app = create_app(replace(house.context, services=replace(house.services, store=impatient)))
    with house.store.write() as unit:
        unit.deals.touch(ACCOUNT, DEAL)
        assert app.test_client().post(HOOK, data=b"", content_type=FORM).status_code == 503
    impatient.close()
    assert kept(house) == []


@pytest.fixture
def erp_hook(house: ApiHouse) -> str:
    return f"/hooks/erp/{house.signer.erp_hook(ACCOUNT)}"


def test_a_hook_of_the_erp_is_kept_apart(house: ApiHouse, erp_hook: str) -> None:
    assert house.client.post(erp_hook, data=b"[1]").status_code == 200
    assert (kept(house), kept(house, HookSource.ERP)) == ([], [b"[1]"])
    house.clock.advance(GATHERING)
    assert house.announced("account.read_erp_hooks") == 1


@pytest.mark.parametrize("secret", ["wrong", "MQ.forged", f"hook-{ACCOUNT}", "x" * 500])
def test_an_address_we_did_not_sign_is_told_nothing(house: ApiHouse, secret: str) -> None:
    assert house.client.post(f"/hooks/erp/{secret}", data=b"").status_code == 404


def test_the_address_of_an_account_that_left_or_never_was(house: ApiHouse, erp_hook: str) -> None:
    assert house.client.post(f"/hooks/erp/{house.signer.erp_hook(ACCOUNT + 1)}", data=b"").status_code == 404
    with house.store.write() as unit:
        unit.accounts.save(an_account(state=AccountState.UNINSTALLED))
    assert house.client.post(erp_hook, data=b"").status_code == 404


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
