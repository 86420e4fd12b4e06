"""Webhooks over real HTTP at a steady pace, on connections that are kept; measured from when each was due."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

SENDER_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "amoCRM-Webhooks-Client/3.0"}
TIMEOUT = 30


@dataclass
class Posted:
    """What came of a load. `milliseconds` of each that was answered 200; `refused` by status or kind of error;
    `unmeasured`: answered 200 before the measuring began."""

    milliseconds: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    unmeasured: int = 0

    @property
    def acknowledged(self) -> int:
        return len(self.milliseconds) + self.unmeasured

    def percentile(self, share: float) -> float:
        """In milliseconds; 0 where nothing was answered."""
        ranked = sorted(self.milliseconds)
        return ranked[min(int(len(ranked) * share), len(ranked) - 1)] if ranked else 0.0


def post_all(
    host: str, port: int, path: str, bodies: Sequence[bytes], *, per_second: float, connections: int
) -> Posted:
    """Send them in order, each when it is due, whatever became of those before. An answer that is late because all
    connections were busy counts as late: time runs from when it was due."""
    found, guard = Posted(), threading.Lock()
    due: queue.Queue[tuple[float, bytes] | None] = queue.Queue()

    def one_connection() -> None:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        while (item := due.get()) is not None:
            at, body = item
            outcome = _post(connection, path, body)
            took = (time.monotonic() - at) * 1000
            with guard:
                if outcome == "200":
                    found.milliseconds.append(took)
                else:
                    found.refused[outcome] = found.refused.get(outcome, 0) + 1
        connection.close()

    threads = [threading.Thread(target=one_connection) for _ in range(connections)]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    for number, body in enumerate(bodies):
        at = begun + number / per_second
        time.sleep(max(0.0, at - time.monotonic()))
        due.put((at, body))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - begun
    return found


def _post(connection: http.client.HTTPConnection, path: str, body: bytes) -> str:
    """The status, or the kind of error; the connection is then made anew."""
    try:
        connection.request("POST", path, body, SENDER_HEADERS)
        response = connection.getresponse()
        response.read()
        return str(response.status)
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return type(error).__name__
