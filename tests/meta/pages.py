"""The project's Markdown pages as data: links, anchors, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "sandbox", "benchmarks")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page of the repository that is ours."""
    found = [
        *ROOT.glob("*.md"),
        *ROOT.glob("widget/*.md"),
        *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")),
    ]
    return sorted(page for page in found if "node_modules" not in page.parts)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> list[str]:
    """The code blocks marked with a language."""
    return [body for marked, body in _FENCE.findall(text) if marked == language]


def inline_code(text: str) -> list[str]:
    return _INLINE.findall(_FENCE.sub("", text))


def links(text: str) -> Iterator[tuple[str, str]]:
    """(path, anchor) of every link inside the repository; either may be empty."""
    for target in _LINK.findall(_FENCE.sub("", text)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield unquote(path), unquote(anchor)


def anchors(text: str) -> set[str]:
    """Anchors of a page's headings, as code hosts make them: lower case, no punctuation, spaces to dashes."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
