"""The web process: `gunicorn --config python:backend.gunicorn_conf backend.wsgi:app`."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from backend.app import create_app
from backend.bootstrap import container
from backend.config import load_config
from backend.logs import configure_logs
from backend.ports.tokens import Priority

config = load_config()
configure_logs(config)
stack = ExitStack()
atexit.register(stack.close)
app = create_app(stack.enter_context(container(config, priority=Priority.PERSON)).api)
