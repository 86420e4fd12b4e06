"""Times and limits told in the pages are those of the code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.amocrm.answers import BLOCK_PAUSE
from backend.api.signing import DOCUMENT_LINK_LIVES
from backend.domain.rules import Rules
from backend.erp.http import HttpLimits
from backend.jobs.policy import Policy
from backend.services import keep_picture, refresh_stock, stock_check
from backend.services.panel import kept
from backend.storage.redis.slots import Pace
from backend.storage.repositories import idempotency as answers
from tests.meta.pages import ROOT, read

HOUR, DAY = 3600, 24 * 3600
FIGURES = [
    ("docs/architecture.md", "lease {n} s", Policy().lease, 1),
    ("docs/architecture.md", "heartbeat {n} s", Policy().beat, 1),
    ("docs/architecture.md", "again after {n} s", Policy().first, 1),
    ("docs/architecture.md", "doubling to {n} min", Policy().longest, 60),
    ("docs/operations.md", "tried again for {n} days", Policy().patience, DAY),
    ("docs/guides/manager.ru.md", "до {n} суток", Policy().patience, DAY),
    ("docs/architecture.md", "let in within {n} minutes", kept.SEEN_FOR, 60),
    ("docs/architecture.md", "nothing new once in {n} minutes", keep_picture.RENEW_AFTER, 60),
    ("docs/architecture.md", "older than {n} hours is taken anew", refresh_stock.TAKEN_AGAIN_AFTER, HOUR),
    ("docs/architecture.md", "good for {n} hours", stock_check.CHECK_GOOD_FOR, HOUR),
    ("docs/operations.md", "not read for {n} days", keep_picture.KEPT_FOR, DAY),
    ("docs/guides/administrator.ru.md", "не дольше {n} суток", keep_picture.KEPT_FOR, DAY),
    ("docs/guides/administrator.ru.md", "ответы на нажатия — {n} суток", answers.KEPT, DAY),
    ("docs/guides/manager.ru.md", "живёт {n} минут", DOCUMENT_LINK_LIVES, 60),
    ("docs/security.md", "that lives {n} minutes", DOCUMENT_LINK_LIVES, 60),
    ("docs/guides/administrator.ru.md", "(0–365) | {n} |", timedelta(days=Rules().horizon_days), DAY),
    ("docs/guides/administrator.en.md", "(1–720) | {n} |", timedelta(hours=Rules().approval_hours), HOUR),
    ("docs/operations.md", "{n} a second on average", timedelta(seconds=round(Pace().person / Pace().window)), 1),
    ("docs/operations.md", "stops all calls for the account for {n} minutes", BLOCK_PAUSE, 60),
    ("docs/operations.md", "left alone for {n} s", timedelta(seconds=HttpLimits().breaker_seconds), 1),
]
NUMBERS = {2: ("two", "двое"), 3: ("three", "трёх"), 5: ("five", "пять"), 10: ("ten",)}


@pytest.mark.parametrize(("page", "words", "length", "unit"), FIGURES, ids=lambda one: str(one)[:40])
def test_figures_are_those_of_the_code(page: str, words: str, length: timedelta, unit: int) -> None:
    count = int(length.total_seconds() / unit)
    text = " ".join(read(ROOT / page).split())
    assert any(words.format(n=number) in text for number in (str(count), *NUMBERS.get(count, ())))
