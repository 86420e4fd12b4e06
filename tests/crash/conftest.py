"""Fixtures of the crash tests."""

from __future__ import annotations

from tests.support.storage import databases, postgres, sqlite

__all__ = ["databases", "postgres", "sqlite"]
