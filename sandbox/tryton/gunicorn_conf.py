"""How Tryton is served: one synchronous worker, one thread.

SQLite locks neither rows nor tables, so with more of them two clients could both get the last piece.
The master ends when its standard input closes, that is when the process that started it is gone.
"""

import os
import signal
import threading

workers = 1
threads = 1
worker_class = "sync"
timeout = 120
graceful_timeout = 2
keepalive = 0
control_socket_disable = True


def when_ready(server: object) -> None:
    """Watch the parent's end of the pipe."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
