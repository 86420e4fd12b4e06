"""The promises as commands, small: each in a process of its own, as anybody runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.postgres


def prove(name: str) -> tuple[int, dict[str, Any]]:
    """Exit status and answer of the quick version."""
    command = [sys.executable, "-m", "backend.cli", "prove", name, "--quick", "--json", "--seed", "20261122"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_once() -> None:
    status, answer = prove("once")
    sqlite, postgres, control = answer["sides"]
    assert (status, answer["ok"]) == (0, True), sqlite["faults"] + postgres["faults"]
    assert sqlite["figures"]["of_them_killed"] > 50
    assert control["control"]
    assert control["figures"]["faulty_cases"] > 0


@pytest.mark.parametrize("name", ["recovery", "outage"])
def test_real_processes(name: str) -> None:
    status, answer = prove(name)
    faults = [fault for side in answer["sides"] for fault in side["faults"]]
    assert (status, faults) == (0, [])
    for side in answer["sides"]:
        assert side["figures"]["holds_leaked"] == 0
        assert side["figures"]["orders_in_the_erp"] > 0


def test_webhooks() -> None:
    """How fast they were answered is the command's verdict, on a machine that does nothing else; here only what must
    hold on any."""
    _, answer = prove("webhooks")
    for side in answer["sides"]:
        figures = side["figures"]
        assert (figures["acknowledged"], figures["lost"]) == (figures["hooks"], 0)
        assert figures["deals_moved_back_by_the_stage_guard"] > 0
        assert [fault for fault in side["faults"] if not fault.startswith("p99 ")] == []
