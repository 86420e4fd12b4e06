"""Widget archives of integrations, read again when their file changes."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..core.store import Doc
from .zipcheck import BadArchive, check_archive


@dataclass(frozen=True)
class Package:
    """One archive in memory."""

    files: dict[str, bytes]
    digest: str

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """manifest.json."""
        loaded: dict[str, Any] = json.loads(self.files["manifest.json"])
        return loaded

    @property
    def version(self) -> str:
        """`widget.version`."""
        return str(self.manifest["widget"].get("version", "1.0.0"))

    @cached_property
    def locations(self) -> set[str]:
        """Locations without their column suffix."""
        return {str(name).split("-")[0] for name in self.manifest["locations"]}

    def langs(self, lang: str) -> dict[str, Any]:
        """i18n of a language, else of the first one."""
        locales = self.manifest["widget"]["locale"]
        name = lang if lang in locales else locales[0]
        loaded: dict[str, Any] = json.loads(self.files[f"i18n/{name}.json"])
        return loaded

    def text(self, key: str, lang: str = "ru") -> str:
        """A text by its dot path; the key itself when there is none."""
        node: Any = self.langs(lang)
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node if isinstance(node, str) else key


_read: dict[str, tuple[float, Package]] = {}
_lock = threading.Lock()


def package_of(integration: Doc) -> Package:
    """The integration's archive as it was last seen whole; raises BadArchive or FileNotFoundError at first sight."""
    path = Path(integration["widget_zip"])
    with _lock:
        known = _read.get(str(path))
        try:
            changed = path.stat().st_mtime_ns
            if known and known[0] == changed:
                return known[1]
            data = path.read_bytes()
            package = Package(check_archive(data), hashlib.sha256(data).hexdigest()[:16])
        except (BadArchive, FileNotFoundError):
            if known:
                return known[1]
            raise
        _read[str(path)] = (changed, package)
        return package
