"""`stockgate operations` on a real installation in a folder: the table, the JSON, what is refused."""

from __future__ import annotations

import getpass
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from backend.cli import main
from backend.config import Config
from backend.ports.store import OperationState
from backend.storage import SqlStore
from tests.support.storage import ACCOUNT, DEAL, OTHER, RecordingAnnouncer, WallClock, make_store

TEXT = "Иван Петров, +7 495 221-33-44"
NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """The database of the installation that the command's environment names."""
    monkeypatch.setenv("STOCKGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("STOCKGATE_AMOCRM_CLIENT_SECRET", "a-long-secret-of-the-integration")
    monkeypatch.setenv("STOCKGATE_LOG_LEVEL", "error")
    url = Config(data_dir=tmp_path).database_url
    opened = make_store(url, accounts=(ACCOUNT, OTHER), clock=WallClock(), announcer=RecordingAnnouncer())
    with logs_as_they_were():
        yield opened
    opened.close()


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """A command sets up the logs of its whole process, which here is everybody's."""
    root, how = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**how)
        root.handlers[:] = handlers
        root.setLevel(level)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["operations", *words], env={"COLUMNS": "200"})


def as_json(*words: str) -> Any:
    found = run(*words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def dead(store: SqlStore, key: str, *, account: int = ACCOUNT, kind: str = "crm.note") -> str:
    with store.write() as unit:
        operation_id = unit.operations.add(
            account, kind=kind, key=key, payload={"text": TEXT}, deal_id=DEAL, due_at=NOW
        )
        unit.operations.claim(operation_id, worker="w", now=NOW, lease=timedelta(seconds=9))
        unit.operations.die(operation_id, worker="w", now=NOW, code="crm_refused", detail="422 for +7 495 221-33-44")
    return operation_id


def state(store: SqlStore, operation_id: str) -> OperationState:
    with store.read() as unit:
        found = unit.operations.get(operation_id)
    assert found is not None
    return found.state


def ids(told: Any) -> set[str]:
    return {one["id"] for one in told["operations"]}


def test_all_accounts_in_a_table(store: SqlStore) -> None:
    first, second = dead(store, "1"), dead(store, "2", account=OTHER)
    found = run("list")
    assert found.exit_code == 0, found.output
    assert first in found.output
    assert second in found.output
    assert "crm_refused" in found.output


def test_options_narrow_and_machines_read_it(store: SqlStore) -> None:
    first, second = dead(store, "1"), dead(store, "2", account=OTHER, kind="order.place")
    assert ids(as_json("list")) == {first, second}
    assert ids(as_json("list", "--account", str(OTHER))) == {second}
    assert ids(as_json("list", "--kind", "crm.note", "--state", "dead", "--state", "waiting")) == {first}
    assert ids(as_json("list", "--deal", "1")) == set()
    assert ids(as_json("list", "--text", "CRM_REFUSED", "--limit", "1")) == {second}


def test_one_is_shown_without_what_is_personal(store: SqlStore) -> None:
    operation_id = dead(store, "1")
    for output in (run("show", operation_id).output, run("show", operation_id, "--json").output):
        assert operation_id in output
        assert "•••" in output
        assert [one for one in ("Иван", "221-33-44") if one in output] == []


def test_several_are_tried_again_and_a_refusal_is_told_by_the_status(store: SqlStore) -> None:
    first, second = dead(store, "1"), dead(store, "2")
    found = run("retry", first, "nothing", second)
    assert found.exit_code == 1
    assert "not_found" in found.output
    assert {state(store, one) for one in (first, second)} == {OperationState.WAITING}


def test_dismissed_by_the_user_of_the_server_and_why(store: SqlStore) -> None:
    operation_id = dead(store, "1")
    told = as_json("dismiss", operation_id, "--why", "made by hand")
    assert told["operations"][0]["dismissed"] == {"by": None, "why": "made by hand"}
    with store.read() as unit:
        [entry] = unit.journal.of_operation(ACCOUNT, operation_id)
    assert (entry.kind, (entry.data or {})["by"]) == ("operation.dismissed", getpass.getuser())


@pytest.mark.parametrize("words", [[], ["--why", "  "]])
def test_no_dismissal_without_a_reason(store: SqlStore, words: list[str]) -> None:
    operation_id = dead(store, "1")
    assert run("dismiss", operation_id, *words).exit_code != 0
    assert state(store, operation_id) is OperationState.DEAD


def test_a_refusal_is_a_line_and_no_traceback(store: SqlStore) -> None:
    found = run("show", "nothing")
    assert found.exit_code == 1
    assert found.output.startswith("Error: not_found: ")
    assert "Traceback" not in found.output


def test_a_user_without_a_name_is_told_by_number(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers run as numbers that no list of users knows."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 987654321)
    found = run("list")
    assert found.exit_code == 0, found.output
