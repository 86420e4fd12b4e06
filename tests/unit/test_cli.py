"""The command line says what is wrong with the set-up in a line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, words, env=environment)


def run_apart(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As a process of its own: it sets up the logs of the whole process."""
    command = [sys.executable, "-m", "backend.cli", *words]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["worker", "clock"])
def test_missing_secret_is_told_in_a_line(tmp_path: Path, command: str) -> None:
    found = run_apart(command, STOCKGATE_DATA_DIR=str(tmp_path), STOCKGATE_AMOCRM_CLIENT_SECRET="")
    assert found.returncode == 1
    assert "STOCKGATE_AMOCRM_CLIENT_SECRET" in found.stderr
    assert "Traceback" not in found.stderr


def test_misspelt_variable_is_told_in_a_line() -> None:
    found = run("migrate", STOCKGATE_DATABSE_URL="sqlite://")
    assert found.exit_code == 1
    assert "STOCKGATE_DATABSE_URL" in found.output


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    found = run("migrate", STOCKGATE_DATA_DIR=str(tmp_path / "new"))
    assert found.exit_code == 0, found.output
    assert (tmp_path / "new" / "stockgate.db").exists()
    assert run("migrate", STOCKGATE_DATA_DIR=str(tmp_path / "new")).exit_code == 0


def test_every_variable_is_in_the_table() -> None:
    found = run("config")
    assert "STOCKGATE_DATA_DIR" in found.output
    assert "STOCKGATE_FOLLOW_SECONDS" in found.output
