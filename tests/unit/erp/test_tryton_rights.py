"""Each missing right by its name."""

from __future__ import annotations

from typing import Any

import pytest

from backend.erp.tryton.client import TrytonClient
from backend.erp.tryton.rights import NEEDED, missing_rights
from backend.ports.erp import ErpGarbled
from tests.support.erp_stub import TrytonStub, error

ASK = "model.ir.model.access.get_access"
ALL = {"read": True, "write": True, "create": True, "delete": True}


def test_a_user_who_may_everything_misses_nothing(client: TrytonClient, stub: TrytonStub) -> None:
    stub.answers[ASK] = lambda params: dict.fromkeys(params[0], ALL)
    assert missing_rights(client) == ()


def test_each_right_is_named(client: TrytonClient, stub: TrytonStub) -> None:
    stub.answers[ASK] = lambda params: dict.fromkeys(params[0], ALL) | {"sale.sale": ALL | {"create": False}}
    assert [(right.code, right.detail) for right in missing_rights(client)] == [("orders", "sale.sale: create")]


def test_a_missing_module_is_named_and_the_rest_is_still_asked(client: TrytonClient, stub: TrytonStub) -> None:
    def answer(params: list[Any]) -> object:
        if "purchase.line" in params[0]:
            return error("'purchase.line'", "Traceback")
        return {model: ALL | {"read": model != "account.tax"} for model in params[0]}

    stub.answers[ASK] = answer
    found = {(right.code, right.detail) for right in missing_rights(client)}
    assert found == {("deliveries", "purchase.line: its module is not there"), ("taxes", "account.tax: read")}


@pytest.mark.parametrize("odd", [None, [], {"sale.sale": True}])
def test_an_odd_answer_is_garbled(client: TrytonClient, stub: TrytonStub, odd: object) -> None:
    stub.answers[ASK] = lambda params: odd
    with pytest.raises(ErpGarbled):
        missing_rights(client)


def test_every_right_has_a_code_of_one_word() -> None:
    assert all(code.isidentifier() for code, _ in NEEDED.values())
