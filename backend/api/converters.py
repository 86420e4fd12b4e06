"""Parts of URLs. What does not fit is not found: no view sees a number no database holds, or a NUL."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map


class Number(IntegerConverter):
    """A CRM id."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=2**53 - 1)


class Name(BaseConverter):
    """An opaque id in plain letters."""

    regex = r"[A-Za-z0-9_.:-]{1,80}"


class Signed(BaseConverter):
    """A signed word or a secret."""

    regex = r"[A-Za-z0-9_.-]{1,600}"


def register_converters(app: Flask) -> None:
    app.url_map.converters.update(number=Number, name=Name, signed=Signed)
