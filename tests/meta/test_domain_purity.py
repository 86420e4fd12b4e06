"""The rules stay pure: standard library only, no clock, no floating point, nothing from outside."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "backend" / "domain"
FILES = sorted(DOMAIN.glob("*.py"))
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
OUTSIDE = {
    "os",
    "io",
    "pathlib",
    "socket",
    "subprocess",
    "urllib",
    "http",
    "sqlite3",
    "time",
    "random",
    "uuid",
    "logging",
}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def _impurities(source: str) -> list[str]:
    tree = ast.parse(source)
    found = []
    for name in _imported(tree):
        top = name.partition(".")[0]
        if not name.startswith("backend.domain") and (top not in sys.stdlib_module_names or top in OUTSIDE):
            found.append(f"imports {name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            found.append(f"asks a clock: {ast.unparse(node)}")
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"floating point: {node.value}")
        if isinstance(node, ast.Name) and node.id in {"float", "open", "print"}:
            found.append(f"uses {node.id}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_domain_is_pure(path: Path) -> None:
    assert _impurities(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "from backend.ports.crm import Deal",
        "import time",
        "from datetime import date\nx = date.today()",
        "x = 0.1",
        "x = float('1')",
    ],
)
def test_the_check_itself_sees_what_is_not_pure(source: str) -> None:
    assert _impurities(source)


def test_there_are_rules_to_check() -> None:
    assert len(FILES) > 10
