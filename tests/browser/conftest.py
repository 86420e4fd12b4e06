"""One town for all stories: the real ERP, the backend's own processes, the CRM stand-in, Chromium."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from sandbox.demo.town import Town
from tests.browser.install import install
from tests.browser.office import SLOW, Office

PORTS = 5
expect.set_options(timeout=SLOW)


def free_block() -> int:
    """The first of five free ports in a row."""
    for start in range(18_100, 19_000, PORTS):
        try:
            for port in range(start, start + PORTS):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return start
    raise RuntimeError("no five free ports in a row")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town"), free_block(), print) as started:
        yield started


@pytest.fixture(scope="session")
def installed(town: Town, browser: Browser) -> Office:
    """The widget installed, the ERP connected, the supervisor chosen, the account set up: by hand, in the browser."""
    office = Office(town, browser)
    install(office)
    office.close_pages()
    return office


@pytest.fixture
def office(installed: Office) -> Iterator[Office]:
    """For one story. An error on any page fails it."""
    installed.troubles.clear()
    yield installed
    installed.close_pages()
    installed.town.require_alive()
    assert installed.troubles == []
