"""Sizes of what the browser loads."""

from __future__ import annotations

import zipfile
from pathlib import Path

from benchmarks.card import sizes


def _archive(folder: Path, script: bytes) -> Path:
    target = folder / "widget.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("script.js", script)
        archive.writestr("more.js", b"x" * 500)
        archive.writestr("manifest.json", b"{}")
    return target


def test_script_is_weighed_as_it_is_and_gzipped(tmp_path: Path) -> None:
    raw, gzipped = sizes(_archive(tmp_path, b"a" * 60_000))
    assert (raw.measured, raw.ok) == (60.0, True)
    assert gzipped.measured < 1
    assert gzipped.ok is True
    assert raw.details is not None
    assert set(raw.details["raw_kB"]) == {"script.js", "more.js"}  # type: ignore[call-overload]


def test_a_byte_too_many_misses_the_goal(tmp_path: Path) -> None:
    raw, _ = sizes(_archive(tmp_path, b"a" * 60_001))
    assert raw.ok is False
