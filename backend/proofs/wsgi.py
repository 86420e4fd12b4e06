"""The web process of proofs: `gunicorn --config python:backend.gunicorn_conf backend.proofs.wsgi:app`. What customers
run, except that ERP and CRM are the proof's."""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack

from backend.app import create_app
from backend.bootstrap import container
from backend.config import load_config
from backend.logs import configure_logs
from backend.ports.tokens import Priority
from backend.proofs.outside.far import ADDRESS_VARIABLE, far_outside

config = load_config()
configure_logs(config)
stack = ExitStack()
atexit.register(stack.close)
outside = far_outside(os.environ[ADDRESS_VARIABLE])
app = create_app(stack.enter_context(container(config, priority=Priority.PERSON, outside=outside)).api)
