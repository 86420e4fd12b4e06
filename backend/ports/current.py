"""What is being done just now: known to everything that works for it, in whatever thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_operation: ContextVar[str | None] = ContextVar("operation", default=None)


def current_operation() -> str | None:
    """The id of the operation that is being run here; None outside of one."""
    return _operation.get()


@contextmanager
def during_operation(operation_id: str) -> Iterator[None]:
    """Everything in the block is done for this operation."""
    token = _operation.set(operation_id)
    try:
        yield
    finally:
        _operation.reset(token)


class CarryingPool(ThreadPoolExecutor):
    """Threads that work for whoever gave them the work: it is done for the same operation, and logged as such."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        context = copy_context()
        return super().submit(lambda: context.run(fn, *args, **kwargs))
