"""What leaves the house about an operation holds neither secrets nor people."""

from __future__ import annotations

import json

import pytest

from backend.services.operations.redact import MASK, shown_journal, shown_payload, shown_text

PERSONAL = [
    "ivan.petrov+work@example.com",
    "+7 (495) 221-33-44",
    "8 800 555 35 35",
    "7701234560",
    "770123456012",
    "40702810900000012345",
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9eyJhdWQiOiI.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    "def50200a1b2c3d4e5f60718293a4b5c6d7e8f901234567890abcdef",
]


@pytest.mark.parametrize("secret", PERSONAL)
@pytest.mark.parametrize("frame", ["{}", "refused: {}", "party '{}' is blocked", "HTTP 422: {}, try later"])
def test_words_lose_what_looks_personal(secret: str, frame: str) -> None:
    assert secret not in shown_text(frame.format(secret))
    assert MASK in shown_text(frame.format(secret))


@pytest.mark.parametrize(
    "words", ["Bearer abc123", "token=abc123", "password: abc123", "пароль abc123", "client_secret=abc123"]
)
def test_what_follows_a_telling_word_is_masked(words: str) -> None:
    assert "abc123" not in shown_text(words)


@pytest.mark.parametrize(
    "words", ["HTTP 503", "no answer: ReadTimeout", "422", "product.template: rows expected", "deal 31000501", ""]
)
def test_ordinary_words_stay(words: str) -> None:
    assert shown_text(words) == words


def test_a_payload_shows_the_names_and_only_known_values() -> None:
    payload = {"approval_id": "a-1", "user_id": 8, "due": "2026-11-22T09:00:00+00:00", "text": "Иван просит скидку"}
    assert shown_payload("crm.approval_task", payload) == payload | {"text": MASK}


def test_an_unknown_kind_shows_nothing_but_names() -> None:
    payload = {"text": "Иван", "user_id": 8, "due": None, "lines": [{"name": "Щит"}], "order_id": "o-1"}
    assert shown_payload("new.kind", payload) == dict.fromkeys(payload, MASK)


def test_a_journal_entry_shows_figures_and_cleans_words() -> None:
    data = {"status": 422, "path": "/api/v4/leads", "detail": "ivan@example.com refused", "customer": "Иван"}
    shown = shown_journal(data)
    assert shown == {"status": 422, "path": "/api/v4/leads", "detail": f"{MASK} refused", "customer": MASK}
    assert "ivan" not in json.dumps(shown)
    assert shown_journal(None) == {}
