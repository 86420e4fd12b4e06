"""Parts of URLs. What does not fit is not found: no view sees a number no database holds, or a NUL."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class Number(BaseConverter):
    """A CRM id: fifteen digits at most, so that browsers and databases keep it exactly."""

    regex = r"[1-9][0-9]{0,14}"

    def to_python(self, value: str) -> int:
        return int(value)


class Name(BaseConverter):
    """An opaque id in plain letters."""

    regex = r"[A-Za-z0-9_.:-]{1,80}"


class Secret(BaseConverter):
    """A secret made by us."""

    regex = r"[A-Za-z0-9_.-]{1,600}"


class Word(BaseConverter):
    """Whatever stands there: the view says in words what is wrong with it."""

    regex = r"[^/]+"


def register_converters(app: Flask) -> None:
    app.url_map.converters.update(number=Number, name=Name, secret=Secret, word=Word)
