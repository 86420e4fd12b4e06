"""Work that is queued has somebody who does it, and nobody waits for work that never comes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.operations import handlers
from tests.unit.services.conftest import House, house

__all__ = ["house"]

BACKEND = Path(__file__).parents[2] / "backend"


def queued_kinds() -> set[str]:
    """Every kind given to `operations.add`, by the code itself; a name stands for what its function is called with."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in BACKEND.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    kinds = {kind for call in calls if _adds_operation(call) for kind in _kinds(call, calls)}
    assert all(kinds)
    return kinds


def _adds_operation(call: ast.Call) -> bool:
    on = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "add" else None
    return isinstance(on, ast.Attribute) and on.attr == "operations"


def _kinds(call: ast.Call, calls: list[ast.Call]) -> Iterator[str]:
    kind = next(one.value for one in call.keywords if one.arg == "kind")
    if isinstance(kind, ast.Constant):
        yield str(kind.value)
        return
    # the helper of set-up and clean-up takes the kind as its third argument
    assert isinstance(kind, ast.Name), ast.dump(kind)
    found = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "_start" and len(one.args) > 2]
    assert found
    for one in found:
        assert isinstance(one.args[2], ast.Constant), ast.dump(one)
        yield str(one.args[2].value)


def test_every_queued_kind_has_a_handler_and_every_handler_its_work(house: House) -> None:
    assert queued_kinds() == set(handlers(house.services))


def test_the_search_finds_what_is_queued() -> None:
    """Were the code written otherwise, the test above would compare nothing."""
    assert {"order.place", "crm.note", "account.clean_up"} <= queued_kinds()


@pytest.mark.parametrize("kind", ["order.place", "account.set_up", "account.clean_up"])
def test_what_a_person_waits_for_says_when_it_is_given_up(house: House, kind: str) -> None:
    assert hasattr(handlers(house.services)[kind], "on_dead")
