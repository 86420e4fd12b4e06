"""A running account for each test; rate limits are off unless a test asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from sandbox.amocrm.assets import ensure_assets
from sandbox.amocrm.server import AmoServer

from .foreign import write
from .house import CLIENT_ID, SECRET, Caller, Receiver, control, token


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody else's server."""
    found = Receiver().start()
    yield found
    found.stop()


@pytest.fixture
def server(receiver: Receiver, tmp_path: Path) -> Iterator[AmoServer]:
    """An account with one integration of somebody else, not installed."""
    integration = {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "name": "Weather",
        "redirect_uri": f"{receiver.url}/oauth",
        "uninstall_hook_url": f"{receiver.url}/bye",
        "scopes": ["crm", "files"],
        "widget_zip": str(write(tmp_path)),
    }
    with AmoServer(limits={"enabled": False}, integrations=[integration]) as running:
        yield running


@pytest.fixture
def api(server: AmoServer) -> Caller:
    """An administrator's token."""
    return Caller(server.url, token(server))


@pytest.fixture(scope="session")
def libraries() -> None:
    """The page's libraries, installed when they are not there yet."""
    ensure_assets()


@pytest.fixture
def page(browser: Browser, server: AmoServer, libraries: None) -> Iterator[Page]:
    """A page that fails the test when a script of it fails."""
    context = browser.new_context(viewport={"width": 1440, "height": 860}, base_url=server.url)
    found = context.new_page()
    found.set_default_timeout(10_000)
    failures: list[str] = []
    found.on("pageerror", lambda error: failures.append(str(error)))
    yield found
    context.close()
    assert failures == []


@pytest.fixture
def installed(server: AmoServer, receiver: Receiver) -> str:
    """The widget installed with its city pointing at the receiver; its code."""
    row = control(server, f"integrations/{CLIENT_ID}/install", {"settings": {"city": receiver.url}})
    code: str = row["widget_code"]
    return code
