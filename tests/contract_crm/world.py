"""What a contract test may do besides calling the port: look behind it and break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from backend.ports.crm import CrmPort, CrmSetup, DealField

DEAL = 3912171
EMPTY_DEAL = 3912173
MANAGER = 504141
STRANGER = 504142
"""A user who may not see DEAL."""
KETTLE, TOASTER, PLAID, LAMP = 525439, 525440, 525444, 525442


@dataclass(frozen=True)
class SeenTask:
    """A task as people see it."""

    text: str
    user_id: int
    result: str | None


@dataclass(frozen=True)
class SeenFile:
    """A file of a deal: how many versions, the last one's bytes."""

    uuid: str
    versions: int
    content: bytes


class CrmWorld(Protocol):
    """One CRM with the same deals in it, whoever plays it."""

    def crm(self, setup: CrmSetup | None = None) -> CrmPort: ...

    def notes(self, deal_id: int) -> list[str]: ...

    def tasks(self, deal_id: int) -> dict[int, SeenTask]: ...

    def files(self, deal_id: int) -> list[SeenFile]: ...

    def field_text(self, deal_id: int, setup: CrmSetup, field: DealField) -> str | None: ...

    def deal_field_ids(self) -> set[int]: ...

    def webhooks(self) -> set[str]: ...

    def switch_hook_off(self, url: str) -> None: ...

    def remove_hook(self, url: str) -> None: ...

    def lose_answer(self, method: str, *, done: bool) -> None:
        """The next call of this port method gets no answer to its write, after it was done or before."""
        ...

    def break_next(self, method: str, code: str) -> None:
        """The next call of this port method ends in the error with this code, before anything is done."""
        ...

    def delete_element(self, element_id: int) -> None: ...

    def delete_task(self, task_id: int) -> None: ...

    def delete_deal(self, deal_id: int) -> None: ...
