"""Allow, ask or block: every reason is told, with figures that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import pytest

from backend.domain.lines import LinePicture, LineState
from backend.domain.money import Money
from backend.domain.policy import Credit, Decision, Outcome, Reason, decide
from backend.domain.quantity import Unit
from backend.domain.rules import Rules, ShortageRule, Supervisor
from tests.unit.domain.world import MSK, PIECE, D, goods, line, seen, stock

SOCKET = goods("SOCKET-W")
ROWS = {("socket-w", MSK): stock(60, 15)}
ASK, BLOCK = Rules(), Rules(shortage=ShortageRule.BLOCK, over_credit=ShortageRule.BLOCK)


def decided(
    lines: Sequence[LinePicture],
    rules: Rules = ASK,
    *,
    problems: Iterable[Reason] = (),
    unpriced: Iterable[str] = (),
    credit: Credit | None = None,
    total: str = "100.00",
) -> Decision:
    return decide(
        lines,
        customer_problems=problems,
        unpriced=unpriced,
        credit=credit,
        total=Money(Decimal(total)),
        rules=rules,
    )


def rub(amount: int) -> Money:
    return Money(Decimal(amount))


def test_enough_is_allowed_without_a_reason() -> None:
    decision = decided(seen([line("1", SOCKET, 10)], ROWS))
    assert (decision.outcome, list(decision.reasons), decision.mendable) == (Outcome.ALLOW, [], True)


@pytest.mark.parametrize(("rules", "outcome"), [(ASK, Outcome.ASK), (BLOCK, Outcome.BLOCK)])
def test_a_shortage_does_what_the_account_says(rules: Rules, outcome: Outcome) -> None:
    decision = decided(seen([line("7", SOCKET, 50)], ROWS), rules)
    (reason,) = decision.reasons
    assert decision.outcome is outcome
    assert (reason.code, reason.line_id) == ("shortage", "7")
    assert reason.params == {
        "name": "Товар SOCKET-W",
        "unit": "шт",
        "requested": "50",
        "available": "45",
        "missing": "5",
    }


@pytest.mark.parametrize(
    ("on_hand", "quantity", "unit", "figures"),
    [
        ("10", 4, "x3", ("4", "3.333", "0.667")),
        ("25", 3, "pack", ("3", "2.5", "0.5")),
        ("-7", 3, "pack", ("3", "0", "3")),
    ],
)
def test_what_there_is_and_what_is_missing_add_up_in_any_unit(
    on_hand: str, quantity: int, unit: str, figures: tuple[str, str, str]
) -> None:
    product = goods("CLIP", PIECE, Unit("x3", "уп", factor=D(3)), Unit("pack", "уп", factor=D(10)))
    (reason,) = decided(seen([line("1", product, quantity, unit=unit)], {("clip", MSK): stock(on_hand)})).reasons
    assert (reason.params["requested"], reason.params["available"], reason.params["missing"]) == figures


def test_every_broken_line_blocks_and_says_its_step() -> None:
    pictures = seen([line("1", None, 1), line("2", SOCKET, "1.5"), line("3", SOCKET, 0)], ROWS)
    decision = decided([*pictures, LinePicture(line("4", SOCKET, 1), LineState.UNCHECKED, None, ())])
    assert [(one.code, one.line_id, one.outcome) for one in decision.reasons] == [
        ("unknown_product", "1", Outcome.BLOCK),
        ("indivisible", "2", Outcome.BLOCK),
        ("not_positive", "3", Outcome.BLOCK),
        ("stock_unknown", "4", Outcome.BLOCK),
    ]
    assert decision.reasons[1].params == {
        "name": "Товар SOCKET-W",
        "sku": "SOCKET-W",
        "quantity": "1.5",
        "unit": "шт",
        "step": "1",
    }
    assert not decision.mendable


def test_an_archived_product_is_not_sold_even_if_it_is_there() -> None:
    (reason,) = decided(seen([line("1", goods("SOCKET-W", active=False), 1)], ROWS)).reasons
    assert (reason.code, reason.outcome) == ("product_archived", Outcome.BLOCK)


def test_an_empty_basket_is_no_order() -> None:
    assert [one.code for one in decided([]).reasons] == ["empty_basket"]


def test_all_reasons_are_told_lines_then_prices_customer_money() -> None:
    pictures = seen([line("1", SOCKET, 50), line("2", None, 1)], ROWS)
    decision = decided(
        pictures,
        problems=[Reason("inn_invalid", Outcome.BLOCK)],
        unpriced=["1"],
        credit=Credit(rub(1000), rub(990), None),
    )
    assert [one.code for one in decision.reasons] == [
        "shortage",
        "unknown_product",
        "unpriced",
        "inn_invalid",
        "over_credit",
    ]
    assert decision.outcome is Outcome.BLOCK


@pytest.mark.parametrize(
    ("limit", "debt", "total", "over"),
    [
        (1000, 900, "100.00", None),
        (1000, 900, "100.01", "0.01"),
        (1000, 1200, "100.00", "300.00"),
        (None, 900, "100.00", None),
        (1000, None, "100.00", None),
    ],
)
def test_credit_is_exceeded_only_by_more_than_what_is_free(
    limit: int | None, debt: int | None, total: str, over: str | None
) -> None:
    credit = Credit(None if limit is None else rub(limit), None if debt is None else rub(debt), None)
    decision = decided(seen([line("1", SOCKET, 1)], ROWS), credit=credit, total=total)
    assert [one.params["over"] for one in decision.reasons] == ([] if over is None else [over])


def test_credit_by_rule_blocks() -> None:
    credit = Credit(rub(10), rub(0), None)
    assert decided(seen([line("1", SOCKET, 1)], ROWS), BLOCK, credit=credit).outcome is Outcome.BLOCK


def test_credit_in_another_currency_is_not_compared() -> None:
    credit = Credit(Money(Decimal(1), "EUR"), Money(Decimal(0), "EUR"), None)
    assert decided(seen([line("1", SOCKET, 1)], ROWS), credit=credit).outcome is Outcome.ALLOW


def test_a_supervisor_is_found_by_user() -> None:
    boss = Supervisor(5, Decimal(100))
    assert Rules(supervisors=(boss,)).supervisor(5) is boss
    assert Rules(supervisors=(boss,)).supervisor(6) is None
