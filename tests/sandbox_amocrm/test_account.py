"""The account outlives its process; its own files know nobody's product; the command line starts and stops."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.amocrm.assets import npm
from sandbox.amocrm.core.clock import Clock
from sandbox.amocrm.server import AmoServer

from .house import CLIENT_ID, LEAD, Caller, control, token

HERE = Path(__file__).resolve().parents[2]
HOME = HERE / "sandbox" / "amocrm"
NAMES = re.compile(rb"stockgate|\berp\b|tryton|moysklad", re.IGNORECASE)
INTEGRATION = {"client_id": CLIENT_ID, "client_secret": "k" * 40, "name": "W", "redirect_uri": "http://127.0.0.1:1/"}


def test_state_survives_a_restart_and_reset_forgets_it(tmp_path: Path) -> None:
    with AmoServer(data_dir=tmp_path, integrations=[INTEGRATION]) as first:
        kept = token(first)
        Caller(first.url, kept)("PATCH", f"leads/{LEAD}", {"name": "Запомни"})
    with AmoServer(data_dir=tmp_path, integrations=[INTEGRATION]) as second:
        api = Caller(second.url, kept)
        assert api("GET", f"leads/{LEAD}").json()["name"] == "Запомни"
        made = api("POST", "leads", [{"name": "Следующая"}]).json()["_embedded"]["leads"][0]["id"]
        assert made > LEAD, "numbers go on"
    with AmoServer(data_dir=tmp_path, integrations=[INTEGRATION], reset=True) as third:
        assert Caller(third.url, kept)("GET", "account").status_code == 401
        assert Caller(third.url, token(third))("GET", f"leads/{LEAD}").json()["name"] != "Запомни"


def test_two_accounts_at_once_do_not_mix_cookies() -> None:
    with AmoServer() as one, AmoServer() as other:
        assert (
            control(one, "session", {"user_id": 504141})["cookie"]
            != control(other, "session", {"user_id": 504141})["cookie"]
        )


def test_clock_is_moved_and_scaled() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(3600)
    assert 3600 <= clock.now() - before < 3660
    clock.set_scale(1000)
    clock.wait_until(clock.now() + 100)
    assert clock.now() - before >= 3700


def test_the_stand_in_knows_nobodys_product() -> None:
    files = [p for p in HOME.rglob("*") if p.is_file() and not {"node_modules", "__pycache__"} & set(p.parts)]
    assert len(files) > 80
    assert [p.name for p in files if NAMES.search(p.read_bytes())] == []


def test_no_lock_file_names_an_address() -> None:
    assert b"http" not in (HOME / "package-lock.json").read_bytes()


def test_libraries_can_be_fetched_without_node_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    command, environment = npm()
    assert [Path(part).exists() for part in command] == [True, True]
    assert environment["PATH"].startswith(str(Path(command[0]).parent))


def test_command_line_serves_until_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.amocrm", "--port", "0", "--drive-port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().split()
        assert requests.get(f"{line[1]}/_sandbox/health", timeout=10).json()["drive_url"] == line[3]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
