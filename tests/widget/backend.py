"""A stand-in for our backend in component tests: answers from canned pictures, remembers what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).resolve().parents[2] / "widget" / "test" / "pictures"
Answer = tuple[int, Any]
WAREHOUSES: list[dict[str, Any]] = [
    {
        "id": "5",
        "name": "Москва",
        "on_hand": "60",
        "reserved": "15",
        "incoming": [
            {"date": "2026-11-28", "quantity": "10", "reference": "ПО-77", "counts": True},
            {"date": None, "quantity": "5", "reference": "ПО-80", "counts": False},
        ],
        "holds": "10",
        "available": "45",
        "shippable_now": "35",
    },
    {
        "id": "9",
        "name": "Санкт-Петербург",
        "on_hand": "4",
        "reserved": "0",
        "incoming": [],
        "holds": "0",
        "available": "4",
        "shippable_now": "4",
    },
]


def picture(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PICTURES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def problem(status: int, code: str, **params: object) -> Answer:
    return status, {
        "type": "about:blank",
        "title": code,
        "status": status,
        "code": code,
        "params": params,
        "request_id": "r-1",
    }


@dataclass
class Backend:
    """`answers`: {"GET /api/v1/…": (status, body)} by method and path with query; `panel` answers every panel
    and revision.
    `silent` = no connection at all."""

    panel: dict[str, Any] | None
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    silent: bool = False

    def answer(self, request: Mapping[str, Any]) -> Answer:
        path = request["url"].split("//", 1)[-1].split("/", 1)[1]
        name = f"{request['method']} /{path}"
        self.asked.append({**request, "name": name})
        if self.silent:
            return 0, None
        if name in self.answers:
            return self.answers[name]
        if self.panel is not None and "/panel?" in name:
            return 200, self.panel
        if self.panel is not None and name.endswith("/revision"):
            return 200, {"revision": self.panel["revision"], "pending": False}
        return problem(404, "not_found")

    def names(self) -> list[str]:
        return [one["name"] for one in self.asked]

    def written(self) -> list[Mapping[str, Any]]:
        return [one for one in self.asked if one["method"] != "GET"]
