"""The demo company's real Tryton for these tests: built once, put back as seeded before each test that needs it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sandbox.tryton.day import company_today
from sandbox.tryton.server import TrytonServer
from sandbox.tryton.warehouse.app import create_app
from sandbox.tryton.warehouse.rpc import ErpClient
from tests.sandbox_tryton.clerk import Clerk

SignIn = Callable[[str], ErpClient]


class Company:
    """The server, and whether a test may have changed what is in it."""

    def __init__(self, server: TrytonServer) -> None:
        self.server = server
        self.changed = False

    def sign_in(self, user: str) -> ErpClient:
        """An ERP client of that user."""
        known = self.server.credentials(user)
        return ErpClient(self.server.url, self.server.database, known["login"], known["password"])


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with TrytonServer(tmp_path_factory.mktemp("tryton"), _free_port()) as server:
        yield Company(server)


@pytest.fixture
def seeded(company: Company) -> Company:
    """The company as it was seeded; for tests that only look."""
    if company.changed:
        company.server.reset()
        company.changed = False
    return company


@pytest.fixture
def fresh(seeded: Company) -> Company:
    """The company as it was seeded; for tests that change it."""
    seeded.changed = True
    return seeded


@pytest.fixture
def today() -> date:
    """The company's calendar day, as the seed took it."""
    return company_today()


@pytest.fixture
def page(fresh: Company, today: date) -> FlaskClient:
    """The warehouse page over a company that it may change."""
    return create_app(fresh.sign_in("sklad"), lambda: today).test_client()


@pytest.fixture
def clerk(fresh: Company) -> Clerk:
    """Places orders as the backend's ERP user does."""
    return Clerk(fresh.sign_in("stockgate"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.tryton)
