"""What the pages name exists: links, commands, variables, metrics, log events, routes, questions to the database."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from backend.amocrm.answers import BLOCK_PAUSE
from backend.api.signing import DOCUMENT_LINK_LIVES
from backend.cli import main
from backend.config import PREFIX, Config
from backend.domain.rules import Rules
from backend.erp.http import HttpLimits
from backend.jobs.policy import Policy
from backend.services.panel import kept
from backend.storage import upgrade
from backend.storage.redis.slots import Pace
from backend.storage.repositories import idempotency as answers
from tests.meta.pages import ROOT, anchors, blocks, inline_code, links, named, pages, read

PAGES = pages()
GUIDES = [page for page in PAGES if page.parent.name == "guides"]
OPERATIONS = read(ROOT / "docs/operations.md")
SECURITY = read(ROOT / "docs/security.md")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "backend").rglob("*.py"))]
_BOLD = re.compile(r"\*\*(.+?)\*\*")
QUOTED = {"ru": re.compile(r"«([^»]+)»"), "en": re.compile(r"(?<![*\w])\*([^*\n]+)\*(?!\*)")}
OF_AMOCRM = {"Юр. лицо"}
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:root|home|work|tmp|Users|opt|mnt)/"),
    "a package registry's host": re.compile(r"(?:pypi|npmjs|pythonhosted|yarnpkg)\.(?:org|com|io)"),
}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_resolve(page: Path) -> None:
    broken = []
    for path, anchor in links(read(page)):
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            broken.append(path)
        elif anchor and anchor not in anchors(read(target)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_is_named_that_others_do_not_have(page: Path) -> None:
    text = read(page)
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_exist(page: Path) -> None:
    makefiles = read(ROOT / "Makefile") + read(ROOT / "widget/Makefile.inc")
    targets = set(TARGET.findall(makefiles))
    text = read(page)
    shell = "\n".join([*blocks(text, "sh"), *inline_code(text)])
    assert set(re.findall(r"(?<![\w/])make ([a-z][a-z-]+)", shell)) <= targets
    assert set(re.findall(r"(?<![\w/-])stockgate ([a-z]+)", shell)) <= set(main.commands)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_variables_exist(page: Path) -> None:
    """Those of the backend, and those of the widget's build."""
    known = {f"{PREFIX}{one.name.upper()}" for one in fields(Config)}
    known |= set(re.findall(rf"{PREFIX}[A-Z_]+", read(ROOT / "widget/build.py")))
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", read(page))) <= known


def test_every_variable_is_in_the_readme() -> None:
    readme = read(ROOT / "README.md")
    assert [one.name for one in fields(Config) if f"`{PREFIX}{one.name.upper()}`" not in readme] == []


def test_metrics_are_those_of_the_code() -> None:
    """Every series the code declares is explained, and none that is gone."""
    declared = {name for source in SOURCES for name in re.findall(r"(?:Counter|Histogram|Gauge)\(\s*\"(\w+)\"", source)}
    assert declared
    assert set(re.findall(r"\bstockgate_\w+", OPERATIONS)) == declared


def test_log_events_are_those_of_the_code() -> None:
    section = OPERATIONS.partition("## Logs")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([a-z]+\.[a-z_]+)`", section))
    written = {event for source in SOURCES for event in re.findall(r"log\.\w+\(\s*\"([\w.]+)\"", source)}
    assert told
    assert told <= written


def test_open_routes_are_those_of_the_code() -> None:
    told = {re.sub(r"<\w+>", "<>", path) for path in _paths_told()}
    assert told == {re.sub(r"<.+?>", "<>", path) for path in _open_routes()}


def _paths_told() -> Iterator[str]:
    section = SECURITY.partition("## Open routes")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            yield from re.findall(r"`(?:GET |POST )?(/\S+)`", line.split("|")[1])


def _open_routes() -> Iterator[str]:
    """Paths of the views marked with `open_route`; none of them hangs below a prefix."""
    for path in sorted((ROOT / "backend/api/routes").glob("*.py")):
        for view in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(view, ast.FunctionDef):
                continue
            calls = [one for one in view.decorator_list if isinstance(one, ast.Call)]
            if any(isinstance(one.func, ast.Name) and one.func.id == "open_route" for one in calls):
                yield from (
                    ast.literal_eval(one.args[0])
                    for one in calls
                    if isinstance(one.func, ast.Attribute) and one.func.attr == "route"
                )


def test_questions_to_the_database_can_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "stockgate.db"
    upgrade(f"sqlite:///{file}")
    asked = [question for block in blocks(OPERATIONS, "sql") for question in block.split(";") if question.strip()]
    assert asked
    with sqlite3.connect(file) as database:
        for question in asked:
            database.execute(question)


def _said(language: str) -> list[re.Pattern[str]]:
    """Everything a screen says, a placeholder standing for anything; not what is a placeholder only."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from texts(inner)
        else:
            yield str(value)

    words = texts(json.loads((ROOT / f"i18n/{language}.json").read_text(encoding="utf-8")))
    own = [one for one in words if re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", one))]
    return [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(one)), re.IGNORECASE) for one in own]


@pytest.mark.parametrize("page", GUIDES, ids=named)
def test_the_screen_is_quoted_letter_by_letter(page: Path) -> None:
    """Bold words at the start of a table's row, and what stands in quotation marks (in English: in italics)."""
    language = page.name.split(".")[1]
    text = read(page)
    bold = [words for row in re.findall(r"^\| (\*\*.+?) \|", text, re.MULTILINE) for words in _BOLD.findall(row)]
    quoted = [words.replace("…", "").strip() for words in QUOTED[language].findall(text)]
    said = _said(language)
    strange = [one for one in bold if not any(pattern.fullmatch(one) for pattern in said)]
    strange += [one for one in quoted if not any(_quotes(one, pattern) for pattern in said)]
    assert [one for one in strange if one not in OF_AMOCRM] == []


def _quotes(words: str, pattern: re.Pattern[str]) -> bool:
    """The whole of what is said, or a piece of it."""
    return bool(pattern.search(words)) or words.lower() in pattern.pattern.replace("\\", "").lower()


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


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs/decisions"
    index = read(folder / "README.md")
    decisions = sorted(folder.glob("[0-9]*.md"))
    assert [page.name for page in decisions if f"({page.name})" not in index] == []
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))


HOUR, DAY = 3600, 24 * 3600
FIGURES = [
    ("docs/architecture.md", "lease {n} s", Policy().lease, 1),
    ("docs/architecture.md", "heartbeat {n} s", Policy().beat, 1),
    ("docs/architecture.md", "again after {n} s", Policy().first, 1),
    ("docs/architecture.md", "doubling to {n} min", Policy().longest, 60),
    ("docs/operations.md", "tried again for {n} days", Policy().patience, DAY),
    ("docs/guides/manager.ru.md", "до {n} суток", Policy().patience, DAY),
    ("docs/architecture.md", "let in within {n} minutes", kept.SEEN_FOR, 60),
    ("docs/architecture.md", "(kept {n} hours)", kept.FIGURES_FOR, HOUR),
    ("docs/guides/administrator.ru.md", "последние цифры сделки — {n} часов", kept.FIGURES_FOR, HOUR),
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
