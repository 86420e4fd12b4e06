"""What tests of all folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.chromium import FLAGS, executable


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for the whole run: Playwright cannot be started twice in one thread, so nobody starts another."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield launched
        launched.close()
