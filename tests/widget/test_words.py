"""Whatever code the backend may send, people read a sentence about it, in both languages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import backend
from backend.domain.approval import ApprovalState
from backend.domain.errors import StockgateError
from backend.domain.picture import LineState
from backend.domain.remedies import RemedyKind
from backend.services.words import EN, RU
from widget.build import ROOT

# Never reach a person in the widget: start-up and operation of the server, machines calling machines.
FOR_OPERATORS = {
    "alert_refused",
    "alert_undelivered",
    "config",
    "grant_refused",
    "key_missing",
    "key_unusable",
    "not_exact",
    "outside",
    "signature_wrong",
    "state_invalid",
    "unknown_broker",
    "unknown_operation",
}


PROCESSES = (".wsgi", ".cli", ".gunicorn_conf", ".serve_conf")
"""Entry points: importing one starts a process's parts or changes its environment."""


def _subclasses(root: type[StockgateError]) -> Iterator[type[StockgateError]]:
    for one in root.__subclasses__():
        if one.__module__.startswith("backend."):
            yield one
        yield from _subclasses(one)


def _error_codes() -> set[str]:
    for module in walk_packages(backend.__path__, "backend."):
        if ".migrations" not in module.name and not module.name.endswith(PROCESSES):
            import_module(module.name)
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ, "an entry point was imported: name it in PROCESSES"
    return {one.code for one in _subclasses(StockgateError)} - FOR_OPERATORS


def _reason_codes() -> set[str]:
    texts = [
        path.read_text(encoding="utf-8")
        for folder in ("domain", "services")
        for path in (ROOT / "backend" / folder).rglob("*.py")
    ]
    named = {code for text in texts for code in re.findall(r'(?:Reason|_problem)\(\s*"(\w+)"', text)}
    broken = re.search(
        r"_BROKEN = \{(.*?)\}", (ROOT / "backend/domain/policy.py").read_text(encoding="utf-8"), re.DOTALL
    )
    assert broken is not None
    return named | set(re.findall(r'"(\w+)"', broken.group(1)))


@pytest.fixture(params=["ru", "en"])
def words(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "i18n" / f"{request.param}.json").read_text(encoding="utf-8"))
    return found


def test_every_error_has_a_sentence(words: dict[str, Any]) -> None:
    codes = _error_codes()
    assert len(codes) > 40
    assert codes - set(words["errors"]) == set()


def test_every_reason_has_a_sentence(words: dict[str, Any]) -> None:
    codes = _reason_codes()
    assert {"shortage", "over_credit", "inn_invalid"} <= codes
    assert codes - set(words["reasons"]) - set(words["errors"]) == set()


@pytest.mark.parametrize("language", [EN, RU])
def test_every_reason_can_be_told_in_a_note(language: Mapping[str, str]) -> None:
    """An order that waited in the queue and cannot be placed says why in the deal's feed."""
    assert {f"reason.{code}" for code in _reason_codes()} <= set(language)


def test_every_line_state_remedy_and_end_of_an_approval_has_words(words: dict[str, Any]) -> None:
    assert {str(one) for one in LineState} <= set(words["line"]["pill"])
    assert {str(one) for one in RemedyKind} <= set(words["remedies"])
    silent = {
        ApprovalState.PENDING,
        ApprovalState.APPROVED,
        ApprovalState.APPROVED_PART,
        ApprovalState.REJECTED,
        ApprovalState.USED,
    }
    assert {str(one) for one in ApprovalState if one not in silent} <= set(words["approval"])


def test_an_error_says_what_happened_and_what_to_do(words: dict[str, Any]) -> None:
    for code, text in words["errors"].items():
        assert text.endswith("."), code
        assert len(re.findall(r"[.:;](?:\s|$)", text)) > 1, code
