"""The README's tables say what the code does."""

from __future__ import annotations

import re

from backend.config import variables_table
from tests.meta.pages import ROOT, read

README = read(ROOT / "README.md")


def rows_under(heading: str) -> list[list[str]]:
    """Cells of the tables between a heading and the next of its rank, header rows included."""
    rank = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^{rank} |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    lines = [line for line in found[1].splitlines() if line.startswith("|") and not set(line) <= set("|- ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_configuration_table_is_what_the_command_prints() -> None:
    """`stockgate config` prints it; paste its answer between the two marks."""
    shown = re.search(r"<!-- configuration -->\n(.*)<!-- /configuration -->", README, re.DOTALL)
    assert shown is not None
    assert shown[1] == variables_table()


def test_every_process_is_told_of() -> None:
    started = {line.partition(":")[0] for line in (ROOT / "Procfile").read_text().splitlines() if line.strip()}
    told = {row[0].strip("`") for row in rows_under("## Install for real") if row[0].startswith("`")}
    assert told == started


def test_every_rule_is_in_a_file_that_is_named() -> None:
    rules = rows_under("## Where each rule lives")[1:]
    assert len(rules) > 10
    assert all(re.search(r"\]\(\S+\)", row[1]) for row in rules)


def test_every_folder_of_tests_is_told_of_or_helps_others() -> None:
    told = {name for row in rows_under("## Develop")[1:] for name in re.findall(r"`(\S+?)`", row[0])}
    assert all((ROOT / name).is_dir() for name in told)
    has_tests = {path.parent for path in (ROOT / "tests").glob("*/**/test_*.py")}
    top = {path.relative_to(ROOT / "tests").parts[0] for path in has_tests}
    assert {f"tests/{name}" for name in top} <= told


def test_every_picture_says_what_it_shows() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((.+?)\)", README)
    assert len(pictures) == 5
    assert all(len(words) > 30 for words, _ in pictures)


def test_both_licences_are_named() -> None:
    assert "MIT" in read(ROOT / "LICENSE")
    assert "GPL-3.0-or-later" in README
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "sandbox/tryton/ru_forms/LICENSE").read_text()
