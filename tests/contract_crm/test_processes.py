"""One refresher over processes, with the real store and the real lock between them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from backend.storage import SecretBox, make_engine, upgrade
from backend.storage.tokens import SqlTokenStore
from tests.contract_crm.amo_world import AmoWorld
from tests.support.crm_house import ACCOUNT, CLIENT_ID, REDIRECT, SECRET
from tests.support.storage import add_accounts, open_store

THREADS = 8


def test_two_processes_with_an_expired_token_make_one_refresh(amo: AmoWorld, tmp_path: Path) -> None:
    database, key = f"sqlite:///{tmp_path / 'stockgate.db'}", Fernet.generate_key().decode()
    upgrade(database)
    keeper = open_store(database)
    add_accounts(keeper, (ACCOUNT,))
    keeper.close()
    engine = make_engine(database)
    store = SqlTokenStore(engine, SecretBox([key]))
    connected = amo.house.store.load(ACCOUNT)
    assert connected is not None
    assert connected.tokens is not None
    store.rename(ACCOUNT, amo.host)
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)  # the processes go by the real clock
    store.save(ACCOUNT, replace(connected.tokens, expires_at=an_hour_ago))
    amo.server.world.request_log.clear()

    given = {
        "host": amo.host, "database": database, "key": key, "client_id": CLIENT_ID, "secret": SECRET,
        "redirect_uri": REDIRECT, "account": ACCOUNT, "threads": THREADS,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.support.crm_refresher", json.dumps(given)]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(2)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        served = [worker.communicate(timeout=60)[0].strip() for worker in _started(workers)]
    assert served == [str(THREADS)] * 2
    assert amo.requests().count(("POST", "/oauth2/access_token")) == 1
    known = store.load(ACCOUNT)
    assert known is not None
    assert known.reauthorise is False
    engine.dispose()


def _started(workers: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """Say go to all before waiting for any."""
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return workers
