"""From amoCRM's answer to the notice at the operator's address: real client, database, Redis, worker and clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.bootstrap import Container, clock_parts, container, worker_parts
from backend.config import Config
from backend.jobs.serve import running
from backend.ports.crm import CrmBlocked, CrmReauthorise
from backend.ports.tokens import Priority, TokenPair
from backend.storage import upgrade
from tests.support.crm_server import Answer, ScriptedServer, page, problem
from tests.support.storage import ACCOUNT, an_account
from tests.support.waiting import until

TOKEN = "/oauth2/access_token"
CRM_ACCOUNT = "/api/v4/account"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """amoCRM, and the operator's address too."""
    with ScriptedServer() as scripted:
        scripted.on("POST", "/alerts", Answer(204))
        yield scripted


@pytest.fixture
def parts(server: ScriptedServer, tmp_path: Path) -> Iterator[Container]:
    """An installation at work, one account connected."""
    config = Config(
        data_dir=tmp_path,
        amocrm_client_id="id",
        amocrm_client_secret="a-long-secret-of-the-integration",
        amocrm_sandbox_hosts=(server.host,),
        alert_url=f"{server.url}/alerts?key=s3cret",
    )
    upgrade(config.database_url)
    with container(config, priority=Priority.PERSON) as built:
        with built.store.write() as unit:
            unit.accounts.save(replace(an_account(), domain=server.host))
        connect(built)
        with running([*worker_parts(built), *clock_parts(built)]):
            yield built


def connect(parts: Container) -> None:
    now = datetime.now(UTC)
    parts.api.token_store.save(ACCOUNT, TokenPair("access", "refresh", now + timedelta(days=1), now))


def notices(server: ScriptedServer) -> list[tuple[str, str]]:
    told = [got.json for got in server.calls("POST", "/alerts")]
    return [(one["kind"], one["state"]) for one in told]


def test_a_block_reaches_the_operator(parts: Container, server: ScriptedServer) -> None:
    server.on("GET", CRM_ACCOUNT, page(403))
    with pytest.raises(CrmBlocked):
        parts.services.crms.of(ACCOUNT).account()
    until(lambda: notices(server), seconds=60)
    assert notices(server) == [("crm_blocked", "open")]


def test_dead_tokens_reach_the_operator_and_so_does_their_end(parts: Container, server: ScriptedServer) -> None:
    server.on("GET", CRM_ACCOUNT, problem(401))
    server.on("POST", TOKEN, problem(401, hint="Token has been revoked"))
    with pytest.raises(CrmReauthorise):
        parts.services.crms.of(ACCOUNT).account()
    until(lambda: notices(server), seconds=60)
    connect(parts)
    until(lambda: len(notices(server)) > 1, seconds=60)
    assert notices(server) == [("crm_reauthorise", "open"), ("crm_reauthorise", "closed")]
