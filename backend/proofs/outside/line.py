"""A line between processes of one machine: calls of ports over a Unix socket, objects as they are."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

from backend.proofs.outside.gates import Gates

Answer = tuple[bool, Any]


class Desk:
    """Answers the calls of other processes on behalf of `targets` (by name), each connection in a thread of its own. A
    call whose caller was killed is done all the same: it had been sent."""

    def __init__(self, address: str, targets: Mapping[str, object]) -> None:
        self.gates = Gates()
        self._targets = targets
        self._listener = Listener(address, "AF_UNIX", backlog=64)
        threading.Thread(target=self._accept, name="desk", daemon=True).start()

    def close(self) -> None:
        """Opens every gate; nobody is let in any more."""
        self.gates.open_all()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="desk", daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    pid, target, method, args, kwargs = connection.recv()
                    connection.send(self._answer(pid, target, method, args, kwargs))
                except (EOFError, OSError):
                    return

    def _answer(self, pid: int, target: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Answer:
        call = self.gates.arrive(pid, f"{target}.{method}", repr((args, kwargs)))
        self.gates.stop(call, after=False)
        try:
            answer = True, getattr(self._targets[target], method)(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the caller's)
            answer = False, error
        self.gates.stop(call, after=True)
        return answer


class Line:
    """The asking end; a connection a thread. Raises ConnectionError where nobody answers, EOFError where the other end
    went away in mid-call."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._mine = threading.local()

    def ask(self, target: str, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        connection: Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._mine.connection = _connected(self._address)
        try:
            connection.send((os.getpid(), target, method, args, kwargs))
            fine, answer = connection.recv()
        except (EOFError, OSError) as error:
            self._mine.connection = None
            raise EOFError from error
        if not fine:
            raise answer
        return answer


def _connected(address: str) -> Connection:
    try:
        return Client(address, "AF_UNIX")
    except OSError as error:
        raise ConnectionError(str(error)) from error


class Far:
    """A port at the other end of a line. `away` and `lost` make the port's errors for a call that was not sent, and for
    one that was and got no answer."""

    def __init__(
        self, line: Line, target: str, away: Callable[[str], Exception], lost: Callable[[str], Exception]
    ) -> None:
        self._line, self._target, self._away, self._lost = line, target, away, lost

    def __getattr__(self, method: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return self._line.ask(self._target, method, args, kwargs)
            except ConnectionError as error:
                raise self._away(method) from error
            except EOFError as error:
                raise self._lost(method) from error

        return call
