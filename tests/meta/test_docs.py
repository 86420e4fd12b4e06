"""What the pages name exists: links, commands, variables, metrics, log events, routes, questions to the database."""

from __future__ import annotations

import ast
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from backend.cli import main
from backend.config import PREFIX, Config
from backend.storage import upgrade
from tests.meta.pages import ROOT, anchors, blocks, inline_code, links, named, pages, read

PAGES = pages()
OPERATIONS = read(ROOT / "docs/operations.md")
SECURITY = read(ROOT / "docs/security.md")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "backend").rglob("*.py"))]
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
    build = read(ROOT / "widget/build.py") + read(ROOT / "widget/Makefile.inc")
    known |= set(re.findall(rf"\b(?:{PREFIX}|WIDGET_)[A-Z_]+\b", build))
    assert set(re.findall(rf"\b(?:{PREFIX}|WIDGET_)[A-Z_]+\b", read(page))) <= known


def test_every_variable_is_in_the_readme() -> None:
    readme = read(ROOT / "README.md")
    assert [one.name for one in fields(Config) if f"`{PREFIX}{one.name.upper()}`" not in readme] == []


def test_metrics_are_those_of_the_code() -> None:
    """Every series the code declares is explained, and none that is gone."""
    declared = {
        name
        for source in SOURCES
        for name in re.findall(r"(?:Counter|Histogram|Gauge)(?:MetricFamily)?\(\s*\"(\w+)\"", source)
    }
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


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs/decisions"
    index = read(folder / "README.md")
    decisions = sorted(folder.glob("[0-9]*.md"))
    assert [page.name for page in decisions if f"({page.name})" not in index] == []
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
