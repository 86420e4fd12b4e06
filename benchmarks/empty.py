"""An empty Flask view, served as our own are: what the machine gives at most."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    """As little as a view can do."""
    return ""
