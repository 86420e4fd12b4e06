"""What the client makes of a server's bad days."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

from backend.domain.errors import OutcomeUnknown, OutsideError, Retryable
from backend.erp.exchange import Exchange
from backend.erp.http import ErpHttp, NotAsked, Request
from backend.erp.slots import Crowded
from backend.erp.tryton.client import TrytonClient
from backend.erp.tryton.errors import ServerFault, UserQuestion, UserRefusal
from backend.ports.erp import (
    ErpBusy,
    ErpDenied,
    ErpGarbled,
    ErpOutcomeUnknown,
    ErpRefused,
    ErpSignInRefused,
    ErpUnavailable,
)
from tests.support.erp_proxy import Proxy, Reply
from tests.support.erp_stub import BROKEN, BUSY, GONE, HALF, HTML, TrytonStub, error
from tests.unit.erp.conftest import HERE, QUICK

READ = "model.sale.sale.search_read"
WRITE = "model.sale.sale.create"


def ask(client: TrytonClient) -> object:
    return client.rows("sale.sale", [], ["number"])


class TestReads:
    @pytest.mark.parametrize("bad", [HTML, HALF, BUSY, BROKEN, GONE], ids=["html", "half", "503", "500", "dropped"])
    def test_one_bad_answer_is_asked_again(
        self, client: TrytonClient, stub: TrytonStub, bad: Reply, naps: list[float]
    ) -> None:
        stub.answers[READ] = lambda params: [{"id": 7, "number": "1"}]
        stub.bad[READ] = [bad]
        assert ask(client) == [{"id": 7, "number": "1"}]
        assert len(naps) == 1

    @pytest.mark.parametrize(
        ("bad", "wanted"),
        [(HTML, ErpGarbled), (HALF, ErpGarbled), (BUSY, ErpBusy), (BROKEN, ErpUnavailable), (GONE, ErpUnavailable)],
    )
    def test_lasting_trouble_is_named(
        self, client: TrytonClient, stub: TrytonStub, bad: Reply, wanted: type[Retryable]
    ) -> None:
        stub.answers[READ] = lambda params: []
        stub.bad[READ] = [bad] * 9
        with pytest.raises(wanted):
            ask(client)

    def test_silence_ends_by_the_time_out(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[READ] = lambda params: []
        for_ever = threading.Event()
        stub.bad[READ] = [Reply(hold=for_ever)] * 9
        try:
            with pytest.raises(ErpUnavailable):
                ask(client)
        finally:
            for_ever.set()

    def test_rows_without_what_was_asked_are_garbled(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[READ] = lambda params: [{"id": 7}]
        with pytest.raises(ErpGarbled, match="number"):
            ask(client)

    @pytest.mark.parametrize("odd", [{"id": 1}, None, "text", [1, 2]])
    def test_what_is_no_list_of_rows_is_garbled(self, client: TrytonClient, stub: TrytonStub, odd: object) -> None:
        stub.answers[READ] = lambda params: odd
        with pytest.raises(ErpGarbled):
            ask(client)

    def test_nan_is_no_quantity(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[READ] = lambda params: Reply(body=b'{"id":1,"result":[{"id":1,"number":NaN}]}')
        with pytest.raises(ErpGarbled):
            ask(client)


class TestWrites:
    @pytest.mark.parametrize("bad", [HTML, HALF, BROKEN, GONE], ids=["html", "half", "500", "dropped"])
    def test_an_answer_that_tells_nothing_leaves_the_outcome_unknown(
        self, client: TrytonClient, stub: TrytonStub, server: Proxy, bad: Reply
    ) -> None:
        stub.answers[WRITE] = lambda params: [1]
        stub.bad[WRITE] = [bad]
        with pytest.raises(ErpOutcomeUnknown):
            client.write(WRITE, [{}])
        assert [call.method for call in server.seen].count(WRITE) == 1

    def test_silence_too(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[WRITE] = lambda params: [1]
        for_ever = threading.Event()
        stub.bad[WRITE] = [Reply(hold=for_ever)]
        try:
            with pytest.raises(OutcomeUnknown):
                client.write(WRITE, [{}])
        finally:
            for_ever.set()

    def test_busy_did_nothing_and_is_not_repeated_blindly(
        self, client: TrytonClient, stub: TrytonStub, server: Proxy
    ) -> None:
        stub.answers[WRITE] = lambda params: [1]
        stub.bad[WRITE] = [BUSY]
        with pytest.raises(ErpBusy):
            client.write(WRITE, [{}])
        assert [call.method for call in server.seen].count(WRITE) == 1

    def test_no_server_at_all_did_nothing(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        http = ErpHttp(url, policy=HERE, limits=QUICK)
        with pytest.raises(ErpUnavailable):
            http.send(Request("POST", "/erp/rpc/", WRITE, b"{}", writes=True))


class TestSession:
    def test_many_threads_sign_in_once(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[READ] = lambda params: []
        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(ask, client) for _ in range(16)]:
                done.result()
        assert stub.logins == 1

    def test_a_lost_session_is_opened_again_once(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[READ] = lambda params: []
        ask(client)
        stub.session_lost = True
        assert ask(client) == []
        assert stub.logins == 2

    def test_a_lost_session_did_not_write(self, client: TrytonClient, stub: TrytonStub) -> None:
        made: list[object] = []
        stub.answers[WRITE] = lambda params: made.append(params) or [5]
        client.session()
        stub.session_lost = True
        assert client.write(WRITE, [{}]) == [5]
        assert len(made) == 1

    def test_wrong_credentials_are_denied(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.bad["common.db.login"] = [Reply(401, b"<html/>", "text/html")]
        with pytest.raises(ErpSignInRefused):
            client.session()

    def test_too_many_tries_wait(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.bad["common.db.login"] = [Reply(429, b"", "text/html")]
        with pytest.raises(ErpBusy) as caught:
            client.session()
        assert caught.value.after is not None

    def test_every_call_carries_company_and_language(
        self, client: TrytonClient, stub: TrytonStub, server: Proxy
    ) -> None:
        stub.answers[READ] = lambda params: []
        client.rows("sale.sale", [], [], context={"warehouse": 5})
        assert server.seen[-1].params[-1] == {"company": 1, "language": "ru", "warehouse": 5}

    def test_a_closed_method_is_denied(self, client: TrytonClient) -> None:
        with pytest.raises(ErpDenied):
            client.read("model.ir.model.data.read", [1], [])


class TestRefusals:
    def test_a_rule_speaks_to_people(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[WRITE] = lambda params: error("UserError", ["Нет адреса.", "Укажите адрес.", None])
        with pytest.raises(UserRefusal) as caught:
            client.write(WRITE, [{}])
        assert caught.value.data == {"message": "Нет адреса. Укажите адрес."}

    def test_a_warning_has_a_name_to_answer(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[WRITE] = lambda params: error("UserWarning", ["stock_quantity_warning_7", "Мало.", ""])
        with pytest.raises(UserQuestion) as caught:
            client.write(WRITE, [{}])
        assert (caught.value.name, caught.value.about_stock) == ("stock_quantity_warning_7", True)
        assert caught.value.data == {"message": "Мало."}

    def test_a_stale_record_is_busy(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[WRITE] = lambda params: error("ConcurrencyException", "Records were modified")
        with pytest.raises(ErpBusy):
            client.write(WRITE, [{}])

    def test_a_bug_of_the_server_is_not_shown(self, client: TrytonClient, stub: TrytonStub) -> None:
        stub.answers[WRITE] = lambda params: error("'nofield'", "Traceback ...")
        with pytest.raises(ServerFault) as caught:
            client.write(WRITE, [{}])
        assert caught.value.data == {"message": ""}
        assert isinstance(caught.value, ErpRefused)


class TestWire:
    def test_money_dates_and_quantities_come_exactly(self, client: TrytonClient, stub: TrytonStub) -> None:
        body = (
            b'{"id":1,"result":[{"id":1,"number":0.30000000000000004,"total":{"__class__":"Decimal","decimal":"189.00"},'
            b'"day":{"__class__":"date","year":2026,"month":11,"day":21}}]}'
        )
        stub.answers[READ] = lambda params: Reply(body=body)
        row = client.rows("sale.sale", [], ["number", "total", "day"])[0]
        assert row["number"] == Decimal("0.30000000000000004")
        assert (row["total"], row["day"]) == (Decimal("189.00"), date(2026, 11, 21))

    def test_the_log_holds_figures_only(
        self, client: TrytonClient, stub: TrytonStub, exchanges: list[Exchange]
    ) -> None:
        stub.answers[READ] = lambda params: [{"id": 1, "number": "secret customer"}]
        ask(client)
        last = exchanges[-1]
        assert (last.operation, last.status, last.failure) == (READ, 200, "")
        assert last.sent > 0 < last.received
        assert not any(word in repr(exchanges) for word in ("secret customer", "a password", "the-session-token"))


@pytest.mark.parametrize("turned_away", [Crowded, NotAsked])
def test_a_read_that_was_not_even_sent_is_not_repeated(
    client: TrytonClient, naps: list[float], turned_away: type[OutsideError]
) -> None:
    """Too much waits already, or the ERP is left alone: repeating would hold a person's panel for nothing."""
    asked = []

    def step() -> None:
        asked.append(1)
        raise turned_away

    with pytest.raises(turned_away):
        client.patiently(step)
    assert (len(asked), naps) == (1, [])
