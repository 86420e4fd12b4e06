"""Notes and tasks, each made once for its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from backend.amocrm.answers import Json
from backend.amocrm.client import AmoClient, Pairs, embedded
from backend.amocrm.marker import carries, marked, unmarked
from backend.amocrm.values import as_text, moment, whole
from backend.ports.clock import Clock
from backend.ports.crm import CrmOutcomeUnknown, CrmRefused, TaskDraft

SERVICE = "Stockgate"
FOLLOW_UP = 1
RECENT = timedelta(hours=1)
NEWEST: Pairs = (("order[id]", "desc"), ("limit", 250))


class Feed:
    """Two calls for a note or a task: look, then make. Looking is what makes a repeat after a lost answer safe."""

    def __init__(self, client: AmoClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def add_note(self, deal_id: int, text: str, key: str) -> int:
        """A service line; the same key finds the one already made."""
        path = f"leads/{deal_id}/notes"
        page = self._client.get(path, [("filter[note_type][]", "service_message"), *NEWEST])
        made = self._made(embedded(page, "notes"), text, key, lambda n: (n.get("params") or {}).get("text"))
        if made is not None:
            return made
        params = {"service": SERVICE, "text": marked(text, key)}
        answer = self._client.write("POST", path, [{"note_type": "service_message", "params": params}])
        return _only_id(answer, "notes")

    def add_task(self, task: TaskDraft, key: str) -> int:
        """A follow-up for one user; the same key finds the one already made, completed or not."""
        params = [("filter[entity_type]", "leads"), ("filter[entity_id][]", task.deal_id), *NEWEST]
        page = self._client.get("tasks", params)
        made = self._made(embedded(page, "tasks"), task.text, key, lambda t: t.get("text"))
        if made is not None:
            return made
        item = {
            "text": marked(task.text, key),
            "complete_till": int(task.due.timestamp()),
            "task_type_id": FOLLOW_UP,
            "responsible_user_id": task.user_id,
            "entity_id": task.deal_id,
            "entity_type": "leads",
            "request_id": key,
        }
        return _only_id(self._client.write("POST", "tasks", [item]), "tasks")

    def complete_task(self, task_id: int, result: str) -> None:
        """Close it; one that was deleted meanwhile needs no closing."""
        body = {"is_completed": True, "result": {"text": result}}
        try:
            self._client.write("PATCH", f"tasks/{task_id}", body)
        except CrmRefused:
            if self._client.get(f"tasks/{task_id}") is not None:
                raise

    def _made(self, items: Iterable[Json], text: str, key: str, text_of: Callable[[Json], object]) -> int | None:
        """By the mark; where the platform dropped it, by equal text of the last hour."""
        since = self._clock.now() - RECENT
        for item in items:
            found = as_text(text_of(item))
            bare = found == text and unmarked(found) == found and moment(item, "created_at") >= since
            if carries(found, key) or bare:
                return whole(item, "id")
        return None


def _only_id(answer: Json | None, key: str) -> int:
    items = embedded(answer, key)
    if len(items) != 1 or not isinstance(items[0].get("id"), int):
        raise CrmOutcomeUnknown(f"the answer does not name the new one of {key}")
    return int(items[0]["id"])
