"""Words we write into the CRM: notes, tasks, field values, in the account's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from backend.services.words.dead_en import DEAD as _DEAD_EN
from backend.services.words.dead_ru import DEAD as _DEAD_RU
from backend.services.words.en import WORDS as _EN
from backend.services.words.queue_en import QUEUE as _QUEUE_EN
from backend.services.words.queue_ru import QUEUE as _QUEUE_RU
from backend.services.words.ru import WORDS as _RU

EN: Mapping[str, str] = {**_EN, **_DEAD_EN, **_QUEUE_EN}
RU: Mapping[str, str] = {**_RU, **_DEAD_RU, **_QUEUE_RU}
_LANGUAGES: Mapping[str, Mapping[str, str]] = {"ru": RU, "en": EN}
_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸"}


def word(language: str, key: str, **params: object) -> str:
    """The text of a key in a language (English where there is no such language). Raises KeyError for an unknown key."""
    return _LANGUAGES.get(language, EN)[key].format(**params)


def has_word(key: str) -> bool:
    return key in EN


def money_text(language: str, amount: Decimal, currency: str) -> str:
    """A sum as people there write it: 31 230,00 ₽ or 31,230.00 ₽."""
    text = f"{amount:,.2f}"
    if language == "ru":
        text = text.replace(",", "\u00a0").replace(".", ",")
    return f"{text}\u00a0{_SIGNS.get(currency, currency)}"


def date_text(language: str, day: date) -> str:
    return day.strftime("%d.%m.%Y") if language == "ru" else day.strftime("%d %b %Y")


def moment_text(language: str, at: datetime, timezone: str) -> str:
    local = at.astimezone(ZoneInfo(timezone))
    return f"{date_text(language, local.date())} {local:%H:%M}"
