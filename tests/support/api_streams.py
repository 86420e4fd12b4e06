"""Request bodies that misbehave."""

from __future__ import annotations


class Endless:
    """A body without a length that never ends; `given` counts the bytes that were taken."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        taken = b"x" * max(1, min(size, 65_536))
        self.given += len(taken)
        return taken

    def readinto(self, buffer: bytearray) -> int:
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)


def chunked(body: Endless) -> dict[str, object]:
    """WSGI variables of a body sent in chunks, as gunicorn gives them."""
    return {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
