"""A widget of somebody else ("delivery weather"), made in memory: it proves the stand-in is nobody's own."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

SIZES = {
    "logo.png": (130, 100), "logo_main.png": (400, 272), "logo_medium.png": (240, 84),
    "logo_min.png": (84, 84), "logo_small.png": (108, 108),
}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "widget": {
        "name": "widget.name",
        "description": "widget.description",
        "short_description": "widget.short_description",
        "version": "1.4.2",
        "interface_version": 2,
        "init_once": False,
        "locale": ["ru", "en"],
        "installation": True,
        "support": {"link": "https://weather.example", "email": "help@weather.example"},
    },
    "locations": ["lcard-1", "settings", "advanced_settings"],
    "settings": {
        "city": {"name": "settings.city", "type": "text", "required": True},
        "extra": {"name": "settings.extra", "type": "custom", "required": False},
    },
    "advanced": {"title": "advanced.title"},
}
RU = {
    "widget": {
        "name": "Погода",
        "description": "<b>Погода</b> в пути",
        "short_description": "Погода в городе доставки",
    },
    "settings": {"city": "Город", "extra": "Ещё"},
    "advanced": {"title": "Погода: страница"},
    "panel": {"hello": "Погода для сделки"},
}
EN = {
    "widget": {
        "name": "Weather",
        "description": "<b>Weather</b> on the way",
        "short_description": "Weather of the city",
    },
    "settings": {"city": "City", "extra": "Extra"},
    "advanced": {"title": "Weather: page"},
    "panel": {"hello": "Weather for deal"},
}
SCRIPT = Path(__file__).parent / "weather" / "script.js"


def png(width: int, height: int, color: tuple[int, int, int] = (86, 146, 212)) -> bytes:
    """A plain picture of the size."""
    rows = b"".join(b"\0" + bytes(color) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def files() -> dict[str, bytes]:
    """The widget's files by name."""
    found = {f"images/{name}": png(*size) for name, size in SIZES.items()}
    return found | {
        "manifest.json": json.dumps(MANIFEST).encode(),
        "script.js": SCRIPT.read_bytes(),
        "lib/cloud.js": b"define([], function () { return { name: 'cloud' }; });",
        "i18n/ru.json": json.dumps(RU, ensure_ascii=False).encode(),
        "i18n/en.json": json.dumps(EN).encode(),
    }


def archive(contents: dict[str, bytes] | None = None) -> bytes:
    """widget.zip of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in (files() if contents is None else contents).items():
            zipped.writestr(name, data)
    return buffer.getvalue()


def write(folder: Path) -> Path:
    """widget.zip in a folder."""
    path = folder / "widget.zip"
    path.write_bytes(archive())
    return path
