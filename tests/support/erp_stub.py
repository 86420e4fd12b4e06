"""A Tryton that is all talk: answers JSON-RPC from a table, strictly, and only as a real one frames its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.support.erp_proxy import Call, Reply, result

TOKEN = "the-session-token"
Answer = Callable[[list[Any]], Any]


class TrytonStub:
    """A rule for `Proxy`: signs in, knows the company, and answers what `answers` holds; anything else is a 403,
    which is what Tryton says to a method that is not open. `bad` is played first, one reply a request to its method."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            "common.db.login": self._login,
            "common.server.version": lambda params: "8.0",
            "model.res.user.get_preferences": lambda params: {"company": 1, "language": "ru", "groups": []},
            "model.company.company.search_read": lambda params: [COMPANY],
        }
        self.bad: dict[str, list[Reply]] = {}
        self.logins = 0
        self.session_lost = False

    def __call__(self, call: Call, forward: Callable[[], Reply]) -> Reply:
        planned = self.bad.get(call.method)
        if planned:
            return planned.pop(0)
        if call.method not in self.answers:
            return Reply(403, b"<html>Forbidden</html>", "text/html")
        if call.method != "common.db.login" and not call.method.startswith("common."):
            if self.session_lost or "Authorization" not in call.headers:
                self.session_lost = False
                return Reply(401, b"<html>Unauthorized</html>", "text/html")
            if not isinstance(call.params[-1], dict):
                return Reply(422, b"Missing context argument", "text/plain")
        found = self.answers[call.method](call.params)
        return found if isinstance(found, Reply) else result(found)

    def _login(self, params: list[Any]) -> Any:
        self.logins += 1
        return [2, TOKEN, None]


COMPANY = {
    "id": 1,
    "timezone": "Europe/Moscow",
    "party.": {"id": 1, "name": "ООО «Тест»"},
    "currency.": {"id": 1, "code": "RUB", "rounding": {"__class__": "Decimal", "decimal": "0.01"}},
}


def error(*parts: object) -> Reply:
    """Tryton's error: HTTP 200 with `error`."""
    return Reply(body=json.dumps({"id": 1, "error": list(parts)}).encode())


HTML = Reply(200, b"<html><body>Maintenance</body></html>", "text/html")
HALF = Reply(200, b'{"id":1,"result":[{"id":1,"na')
BUSY = Reply(503, b'could not obtain lock on row in relation "stock_move"', "text/plain")
BROKEN = Reply(500, b"<html>Internal Server Error</html>", "text/html")
GONE = Reply(drop=True)
