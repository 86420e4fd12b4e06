"""The blueprint every route hangs on: flask-smorest's, with queries read as strictly as bodies."""

from __future__ import annotations

from flask_smorest import Blueprint as SmorestBlueprint
from webargs.flaskparser import FlaskParser


class StrictParser(FlaskParser):
    """What a schema says of unknown fields holds wherever they come from."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)


class Blueprint(SmorestBlueprint):
    ARGUMENTS_PARSER = StrictParser()
