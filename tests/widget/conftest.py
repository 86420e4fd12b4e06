from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.widget.backend import Backend
from tests.widget.stage import USUAL, Stage, View
from widget.build import build


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, built from the sources as they are."""
    return build("https://stock.test", tmp_path_factory.mktemp("dist"))


@pytest.fixture
def stage(browser: Browser, archive: Path) -> Iterator[Callable[[Backend, View], Stage]]:
    opened: list[Stage] = []

    def make(backend: Backend, view: View = USUAL) -> Stage:
        opened.append(Stage(browser, archive, backend, view))
        return opened[-1]

    yield make
    errors = [error for one in opened for error in one.errors]
    for one in opened:
        one.close()
    assert not errors, errors
