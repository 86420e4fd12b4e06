"""An ERP that takes half a minute for every answer: cards that need it hold a part of the web threads, never all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend.erp.http import ErpHttp
from backend.erp.tryton.adapter import TrytonErp
from backend.erp.tryton.settings import TrytonSettings
from tests.support.api_house import DEAL, ApiHouse
from tests.support.erp_proxy import Call, Proxy, Reply
from tests.support.erp_stub import TrytonStub
from tests.unit.erp.conftest import HERE, QUICK

THREADS, AT_ONCE = 8, 4
LIVE = f"/deals/{DEAL}/panel?figures=live"


class Slow:
    """A rule for `Proxy`: what `hangs` names is answered only once `answer` is set; the rest at once."""

    def __init__(self, stub: TrytonStub, hangs: Callable[[str], bool]) -> None:
        self.stub, self.hangs = stub, hangs
        self.answer = threading.Event()

    def __call__(self, call: Call, forward: Callable[[], Reply]) -> Reply:
        reply = self.stub(call, forward)
        return replace(reply, hold=self.answer) if self.hangs(call.method) else reply


@pytest.fixture
def slow(house: ApiHouse, request: pytest.FixtureRequest) -> Iterator[Slow]:
    """The account's ERP; `indirect` says what of it hangs."""
    rule = Slow(TrytonStub(), request.param)
    limits = replace(QUICK, read_seconds=30, total_seconds=30, at_once=AT_ONCE, stuck_seconds=0.3)
    with Proxy() as server, server.ruled(rule):
        http = ErpHttp(server.url, policy=HERE, limits=limits)
        settings = TrytonSettings(server.url, "erp", "api", "a password", door_seconds=0.3)
        erp: Any = TrytonErp(settings, http, house.clock)
        house.erps.erp = erp
        yield rule
        rule.answer.set()


@pytest.mark.parametrize(
    "slow",
    [lambda method: True, lambda method: method.startswith("model.") and not method.endswith("get_preferences")],
    ids=["hangs at the sign-in", "hangs at what is asked"],
    indirect=True,
)
def test_a_slow_erp_leaves_threads_for_everybody_else(house: ApiHouse, slow: Slow) -> None:
    """Eight cards are opened at once on eight threads. Half of them at least come back with what is known, and the
    threads they leave serve others, while the ERP still holds the rest."""
    with ThreadPoolExecutor(THREADS) as web:
        opened = [web.submit(house.call, "GET", LIVE) for _ in range(THREADS)]
        let_go: list[Future[TestResponse]] = list(islice(as_completed(opened, timeout=20), THREADS - AT_ONCE))
        panels = [one.result().get_json() for one in let_go]
        assert {(one["state"], one["problem"]["code"]) for one in panels} == {("offline", "erp_busy")}
        others = web.submit(house.call, "GET", f"/deals/{DEAL}/revision")
        assert others.result(timeout=20).status_code == 200
        assert not slow.answer.is_set()
        slow.answer.set()
