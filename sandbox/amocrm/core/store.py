"""Documents by kind and id: kept in memory, written through to an SQLite file when there is one.

Documents are replaced, never changed in place: a reader may hold one without a lock.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Doc = dict[str, Any]


class Store:
    """All state of the account. `lock` serialises changes that span several documents."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._kinds: dict[str, dict[str, Doc]] = {}
        self._undo: list[list[tuple[str, str, Doc | None]]] = []
        self._db = self._open(path) if path else None

    def get(self, kind: str, key: object) -> Doc | None:
        """The document or None."""
        return self._kinds.get(kind, {}).get(str(key))

    def all(self, kind: str) -> list[Doc]:
        """Every document of a kind in the order of creation."""
        with self.lock:
            return list(self._kinds.get(kind, {}).values())

    def put(self, kind: str, doc: Doc, key: object = None) -> Doc:
        """Keep a document under its `id` (or `key`), replacing what was there."""
        name = str(doc["id"] if key is None else key)
        with self.lock:
            rows = self._kinds.setdefault(kind, {})
            self._remember(kind, name, rows.get(name))
            rows[name] = doc
            self._write(kind, name, doc)
        return doc

    def delete(self, kind: str, key: object) -> None:
        """Forget a document; nothing happens when it is not there."""
        with self.lock:
            old = self._kinds.get(kind, {}).pop(str(key), None)
            if old is not None:
                self._remember(kind, str(key), old)
            self._write(kind, str(key), None)

    def next_id(self, kind: str, start: int) -> int:
        """One more than the greatest numeric id ever given out for the kind, at least `start`."""
        with self.lock:
            row = self.get("sequence", kind) or {"id": kind, "last": start - 1}
            seen = max((int(k) for k in self._kinds.get(kind, {}) if k.isdigit()), default=start - 1)
            value = max(int(row["last"]), seen, start - 1) + 1
            self.put("sequence", {"id": kind, "last": value})
            return value

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All changes made inside, or none when an exception leaves the block."""
        with self.lock:
            self._undo.append([])
            try:
                yield
            except BaseException:
                self._take_back()
                raise
            self._undo.pop()

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """Everything changed inside is put back at the end: an answer was given, nothing was kept."""
        with self.lock:
            self._undo.append([])
            try:
                yield
            finally:
                self._take_back()

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self._kinds.clear()
            if self._db:
                self._db.execute("DELETE FROM doc")
                self._db.commit()

    def dump(self) -> dict[str, list[Doc]]:
        """The whole state by kind."""
        with self.lock:
            return {kind: list(rows.values()) for kind, rows in self._kinds.items()}

    def close(self) -> None:
        """Close the file."""
        if self._db:
            self._db.close()

    def _remember(self, kind: str, key: str, old: Doc | None) -> None:
        for steps in self._undo:
            steps.append((kind, key, old))

    def _take_back(self) -> None:
        for kind, key, doc in reversed(self._undo.pop()):
            if doc is None:
                self.delete(kind, key)
            else:
                self.put(kind, doc, key)

    def _open(self, path: Path) -> sqlite3.Connection:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, check_same_thread=False)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("CREATE TABLE IF NOT EXISTS doc (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))")
        for kind, key, body in db.execute("SELECT kind, key, body FROM doc ORDER BY rowid"):
            self._kinds.setdefault(kind, {})[key] = json.loads(body)
        return db

    def _write(self, kind: str, key: str, doc: Doc | None) -> None:
        if not self._db:
            return
        if doc is None:
            self._db.execute("DELETE FROM doc WHERE kind = ? AND key = ?", (kind, key))
        else:
            self._db.execute(
                "INSERT INTO doc VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                (kind, key, json.dumps(doc, ensure_ascii=False)),
            )
        self._db.commit()
