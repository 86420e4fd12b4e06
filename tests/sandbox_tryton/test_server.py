"""The launcher: resets to the seed, ends with its parent, says why it died."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.tryton.environment import DEFAULT_VENV, ROOT
from sandbox.tryton.server import TrytonDied, TrytonServer, answers
from tests.sandbox_tryton.clerk import Clerk
from tests.sandbox_tryton.conftest import Company, _free_port

PATIENCE = 15


def test_reset_puts_back_the_seed_and_keeps_the_passwords(company: Company) -> None:
    before = company.server.credentials()
    clerk = Clerk(company.sign_in("stockgate"))
    clerk.place("АО «Стройгрупп»", {"SOCKET-W": 10})
    company.server.reset()
    company.changed = False
    assert company.server.credentials() == before
    clerk = Clerk(company.sign_in("stockgate"))
    row = clerk.product("SOCKET-W", locations=[clerk.warehouse("MSK")], stock_assign=True)
    assert row["quantity"] == 45


def test_a_killed_parent_leaves_no_server_behind(tmp_path: Path) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "sandbox.tryton", "--data", str(tmp_path), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert any("ready" in line for line in parent.stdout)
        parent.kill()
    deadline = time.monotonic() + PATIENCE
    while answers(f"http://127.0.0.1:{port}") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not answers(f"http://127.0.0.1:{port}")


def test_a_taken_port_is_refused_before_the_start(company: Company, tmp_path: Path) -> None:
    port = int(company.server.url.rpartition(":")[2])
    with pytest.raises(TrytonDied, match=f"cannot listen on 127.0.0.1:{port}"):
        TrytonServer(tmp_path, port).start()


def test_a_start_that_fails_tells_the_end_of_the_log(company: Company, tmp_path: Path) -> None:
    server = TrytonServer(tmp_path, _free_port())
    server.ensure_built()
    (tmp_path / "db" / "erp.sqlite").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(TrytonDied, match="its database does not open") as caught:
        server.start()
    assert "not a database" in caught.value.log_tail


def test_a_second_build_changes_nothing(company: Company) -> None:
    database = company.server.data_dir / "db" / "erp.sqlite"
    before = database.stat().st_ino
    company.server.ensure_built()
    assert database.stat().st_ino == before


def test_the_print_forms_pass_their_own_tests(company: Company) -> None:
    """The GPL module's tests run in Tryton's environment, apart from this one."""
    done = subprocess.run(
        [str(DEFAULT_VENV / "bin" / "python"), "-m", "unittest", "discover", "-t", ".", "-s", "tests"],
        cwd=ROOT / "sandbox" / "tryton" / "ru_forms",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 0 tests" not in done.stderr
