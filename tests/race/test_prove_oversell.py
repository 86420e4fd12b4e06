"""`stockgate prove oversell --quick`: the command as CI runs it, on both databases, with its control."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, which starts others."""
    command = [sys.executable, "-m", "backend.cli", "prove", "oversell", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.postgres
def test_nothing_is_oversold_and_without_the_guard_it_is() -> None:
    result = ask("--quick", "--json", "--seed", "7")
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["ok"] is True
    sides = {side["name"]: side for side in answer["sides"]}
    for database in ("PostgreSQL", "SQLite"):
        guarded, bare = sides[f"{database}, guard"], sides[f"{database}, no guard"]
        assert guarded["figures"]["submits"] >= 500
        assert guarded["figures"]["oversold"] == guarded["figures"]["faults_found_by_the_judge"] == 0
        assert guarded["figures"]["refused"] > 50, "rivals never met at the guard"
        assert guarded["figures"]["accepted"] > 50
        assert bare["control"]
        assert bare["figures"]["oversold"] > 0
        assert {"submits_per_second", "p99_ms"} <= set(guarded["figures"])


def test_a_postgresql_that_does_not_answer_proves_nothing() -> None:
    result = ask("--quick", "--postgres", "postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode == 2
    assert "PostgreSQL does not answer" in result.stderr
