"""Whatever the rules say to people has words in both languages, under its stable code."""

from __future__ import annotations

import ast
import importlib
import json
from collections import Counter
from pathlib import Path

import pytest

from backend.domain.errors import StockgateError
from backend.domain.lines import LineState
from backend.domain.remedies import RemedyKind

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "backend" / "domain"
MODULES = [importlib.import_module(f"backend.domain.{path.stem}") for path in sorted(DOMAIN.glob("[a-z]*.py"))]
LANGUAGES = ("ru", "en")


def _words(language: str, group: str) -> set[str]:
    return set(json.loads((ROOT / "i18n" / f"{language}.json").read_text(encoding="utf-8"))[group])


def _errors() -> list[type[StockgateError]]:
    return [
        one
        for module in MODULES
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, StockgateError) and one.__module__ == module.__name__
    ]


def _reason_codes() -> set[str]:
    """First arguments of Reason(…) and _problem(…), and the states that speak for themselves."""
    codes = {"unknown_product", "indivisible", "not_positive", "stock_unknown"}
    for path in DOMAIN.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"Reason", "_problem"}
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    codes.add(str(first.value))
    return codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_words(language: str) -> None:
    assert {one.code for one in _errors()} - _words(language, "errors") == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    codes = _reason_codes()
    assert {"shortage", "inn_invalid", "over_credit"} <= codes
    assert codes - _words(language, "reasons") == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remedy_and_state_has_words(language: str) -> None:
    text = (ROOT / "i18n" / f"{language}.json").read_text(encoding="utf-8")
    assert [one for one in (*RemedyKind, *LineState) if f'"{one}"' not in text] == []


def test_an_error_code_names_one_class() -> None:
    assert [code for code, many in Counter(one.code for one in _errors()).items() if many > 1] == []
