"""The guides quote the screens letter by letter and tell the same in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.services.words import en, ru
from tests.meta.pages import ROOT, named, read

GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))
_BOLD = re.compile(r"\*\*(.+?)\*\*")
QUOTED = {"ru": re.compile(r"«([^»]+)»"), "en": re.compile(r"(?<![*\w\"])[*\"]([^*\"\n]+)[*\"](?!\*)")}
WRITTEN = {"ru": ru.WORDS, "en": en.WORDS}
OF_AMOCRM = {"Юр. лицо"}


def _said(language: str) -> list[re.Pattern[str]]:
    """What our screens say and we write into the CRM; a placeholder stands for anything, one alone for nothing."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from texts(inner)
        else:
            yield str(value)

    screens = json.loads((ROOT / f"i18n/{language}.json").read_text(encoding="utf-8"))
    words = [*texts(screens), *WRITTEN[language].values()]
    own = [one for one in words if re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", one))]
    return [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(one)), re.IGNORECASE) for one in own]


@pytest.mark.parametrize("page", GUIDES, ids=named)
def test_the_screen_is_quoted_letter_by_letter(page: Path) -> None:
    """Bold words at the start of a table's row, and what stands in quotation marks (in English: or in italics)."""
    language = page.name.split(".")[1]
    text = read(page)
    bold = [words for row in re.findall(r"^\| (\*\*.+?) \|", text, re.MULTILINE) for words in _BOLD.findall(row)]
    quoted = [piece.strip() for words in QUOTED[language].findall(text) for piece in words.split("…") if piece.strip()]
    said = _said(language)
    strange = [one for one in bold if not any(pattern.fullmatch(one) for pattern in said)]
    strange += [one for one in quoted if not any(_quotes(one, pattern) for pattern in said)]
    assert [one for one in strange if one not in OF_AMOCRM] == []


def _quotes(words: str, pattern: re.Pattern[str]) -> bool:
    """The whole of what is said, or a piece of it."""
    return bool(pattern.fullmatch(words)) or words.lower() in pattern.pattern.replace("\\", "").lower()


def test_each_guide_is_there_in_both_languages() -> None:
    names = {page.name for page in GUIDES}
    assert names == {f"{who}.{lang}.md" for who in ("manager", "supervisor", "administrator") for lang in ("ru", "en")}


@pytest.mark.parametrize("who", ["manager", "supervisor", "administrator"])
def test_both_languages_of_a_guide_tell_the_same_things(who: str) -> None:
    """As many sections, as many rows in each: a change of one is a change of the other."""
    shapes = [_shape(read(ROOT / f"docs/guides/{who}.{lang}.md")) for lang in ("ru", "en")]
    assert shapes[0] == shapes[1]


def _shape(text: str) -> list[tuple[int, int]]:
    sections = text.split("\n## ")
    return [(section.count("\n| "), section.count("\n- ")) for section in sections]
