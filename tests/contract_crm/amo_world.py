"""The contract's world played by the adapter talking to the amoCRM stand-in over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from backend.amocrm.adapter import AmoCrm
from backend.amocrm.marker import unmarked
from backend.ports.crm import CrmSetup, DealField
from sandbox.amocrm.drive.files import read_bytes
from sandbox.amocrm.oauth.tokens import new_code
from sandbox.amocrm.server import AmoServer
from tests.contract_crm.world import SeenFile, SeenTask
from tests.support.crm_house import ACCOUNT, CLIENT_ID, REDIRECT, SECRET, CrmHouse

ADMIN = 504140
INTEGRATION = {
    "client_id": CLIENT_ID, "client_secret": SECRET, "redirect_uri": REDIRECT, "scopes": ["crm", "files"],
    "installed": True,
}  # fmt: skip
WRITES = {
    "add_note": ("POST", r"/leads/\d+/notes$"),
    "add_task": ("POST", r"/api/v4/tasks$"),
    "complete_task": ("PATCH", r"/api/v4/tasks/\d+$"),
    "set_line": ("POST", r"/leads/\d+/link$"),
    "remove_line": ("POST", r"/leads/\d+/unlink$"),
    "update_deal": ("PATCH", r"/leads/\d+$"),
    "move_deals": ("PATCH", r"/leads$"),
    "attach_file": ("PUT", r"/leads/\d+/files$"),
    "write_catalogue": ("POST", r"/catalogs/\d+/elements$"),
}
FAULTS = {
    "crm_unavailable": "502",
    "crm_throttled": "429_json",
    "crm_blocked": "403_html",
    "crm_payment_required": "402",
    "crm_garbled": "html_200",
}


class AmoWorld:
    """Implements `CrmWorld`; the account was connected by a real code exchange."""

    def __init__(self, server: AmoServer) -> None:
        self.server = server
        self.host = server.url.removeprefix("http://")
        self.house = CrmHouse(self.host, server.drive_url.removeprefix("http://"))
        self.house.clock.set(datetime.fromtimestamp(server.world.clock.now(), UTC))
        self.connect()
        self._adapters: dict[int, AmoCrm] = {}

    def connect(self) -> None:
        """Exchange a fresh code of the administrator's."""
        integration = self.server.world.store.get("integration", CLIENT_ID)
        assert integration is not None
        pair = self.house.oauth.exchange(self.host, new_code(self.server.world, integration, ADMIN))
        self.house.store.connect(ACCOUNT, self.host, pair)

    def crm(self, setup: CrmSetup | None = None) -> AmoCrm:
        return self._adapters.setdefault(id(setup), self.house.adapter(setup))

    def requests(self) -> list[tuple[str, str]]:
        """Method and path of every request the stand-in answered."""
        return [(r["method"], r["path"]) for r in self.server.world.request_log]

    def notes(self, deal_id: int) -> list[str]:
        found = [n for n in self._all("note") if n["entity_id"] == deal_id and n["note_type"] == "service_message"]
        return [unmarked(n["params"]["text"]) for n in found]

    def tasks(self, deal_id: int) -> dict[int, SeenTask]:
        found = [t for t in self._all("task") if t["entity_id"] == deal_id]
        return {t["id"]: SeenTask(unmarked(t["text"]), t["responsible_user_id"], _result(t)) for t in found}

    def files(self, deal_id: int) -> list[SeenFile]:
        ids = [r["file_uuid"] for r in self._all("attached") if r["lead_id"] == deal_id]
        return [self._seen_file(uuid) for uuid in ids]

    def field_text(self, deal_id: int, setup: CrmSetup, field: DealField) -> str | None:
        lead = self.server.world.store.get("lead", deal_id)
        assert lead is not None
        rows = lead["values"].get(str(setup.field_ids[field]))
        return rows[0]["value"] if rows else None

    def deal_field_ids(self) -> set[int]:
        ours = [f for f in self._all("field") if f["entity"] == "leads" and f["is_api_only"]]
        return {f["id"] for f in ours}

    def webhooks(self) -> set[str]:
        return {w["destination"] for w in self._all("webhook")}

    def switch_hook_off(self, url: str) -> None:
        self.server.world.store.put("webhook", self._hook(url) | {"disabled": True})

    def remove_hook(self, url: str) -> None:
        self.server.world.store.delete("webhook", self._hook(url)["id"])

    def lose_answer(self, method: str, *, done: bool) -> None:
        verb, path = WRITES[method]
        self.server.world.faults.add(kind="drop", method=verb, path=path, when="after" if done else "before")

    def break_next(self, method: str, code: str) -> None:
        verb, path = WRITES.get(method, ("GET", r"/leads/\d+$"))
        self.server.world.faults.add(kind=FAULTS[code], method=verb, path=path, retry_after=30)

    def delete_element(self, element_id: int) -> None:
        element = self.server.world.store.get("element", element_id)
        assert element is not None
        self.server.world.store.put("element", {**element, "is_deleted": True})

    def delete_task(self, task_id: int) -> None:
        self.server.world.store.delete("task", task_id)

    def delete_deal(self, deal_id: int) -> None:
        lead = self.server.world.store.get("lead", deal_id)
        assert lead is not None
        self.server.world.store.put("lead", {**lead, "is_deleted": True})

    def close(self) -> None:
        self.house.close()

    def _hook(self, url: str) -> dict[str, Any]:
        return next(w for w in self._all("webhook") if w["destination"] == url)

    def _all(self, kind: str) -> list[dict[str, Any]]:
        return self.server.world.store.all(kind)

    def _seen_file(self, uuid: object) -> SeenFile:
        row = self.server.world.store.get("file", uuid)
        assert row is not None
        last = row["versions"][-1]["version_uuid"]
        return SeenFile(row["uuid"], len(row["versions"]), read_bytes(self.server.world, last))


def new_server(folder: Path | None = None) -> AmoServer:
    """A stand-in with the integration installed and its rate limits off."""
    return AmoServer(integrations=[dict(INTEGRATION)], limits={"enabled": False}, data_dir=folder)


def start_over(server: AmoServer) -> None:
    """Everything as it was seeded, the integration installed."""
    requests.post(f"{server.url}/_sandbox/reset", timeout=10).raise_for_status()
    server.world.limiter.configure({"enabled": False})
    server.add_integration(dict(INTEGRATION))


def _result(task: dict[str, Any]) -> str | None:
    result = task["result"]
    return str(result["text"]) if task["is_completed"] and isinstance(result, dict) else None
