"""A running account for each test; rate limits are off unless a test asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.amocrm.server import AmoServer

from .foreign import write
from .house import CLIENT_ID, SECRET, Caller, Receiver, token


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
