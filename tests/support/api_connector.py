"""The CRM connector on paper: codes are words, exchanges are written down."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from backend.domain.errors import Invalid
from backend.ports.crm import CrmRefused, Grant, InstallRequest
from tests.support.crm_tokens import pair

GOOD_CODE = "good-code"
HOOK_SIGNATURE = "signed"


class PaperConnector:
    """Implements `CrmConnector`. `grants` opens account 1; `gate`, if set, is waited for before an exchange ends."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id
        self.exchanged: list[InstallRequest] = []
        self.done = threading.Event()
        self.gate: threading.Event | None = None

    def authorize_url(self, state: str) -> str:
        return f"https://www.amocrm.ru/oauth?client_id={self._client_id}&state={state}"

    def read_install(self, query: Mapping[str, str]) -> InstallRequest:
        domain = query.get("referer", "")
        if not domain.endswith(".amocrm.ru"):
            raise Invalid("foreign host", reason="referer")
        if not query.get("code"):
            raise Invalid("no code", reason="code")
        return InstallRequest(query["code"], domain, query.get("state", ""), query.get("from_widget") == "1")

    def exchange(self, request: InstallRequest) -> Grant:
        if self.gate is not None and not self.gate.wait(10):
            raise AssertionError("nobody opened the gate")
        self.exchanged.append(request)
        self.done.set()
        if request.code != GOOD_CODE:
            raise CrmRefused("the code was refused", message="Authorization code has been revoked")
        return Grant(1, request.domain, pair("granted"))

    def is_uninstall(self, query: Mapping[str, str]) -> int | None:
        return int(query["account_id"]) if query.get("signature") == HOOK_SIGNATURE else None
