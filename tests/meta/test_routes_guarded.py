"""Every route needs a token or says in words why it does not. A new one cannot be open by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from backend.api.access import open_route, reason_of
from tests.support.api_house import ApiHouse, make_house

OPEN = {
    "/live",
    "/ready",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/oauth/start",
    "/oauth/callback",
    "/hooks/uninstall",
    "/hooks/amocrm/<secret:secret>",
    "/hooks/erp/<secret:secret>",
    "/documents/<word:word>",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ApiHouse]:
    built = make_house(tmp_path)
    yield built
    built.close()


def rules(house: ApiHouse) -> list[Rule]:
    return list(house.app.url_map.iter_rules())


def test_open_routes_are_exactly_those_of_the_contract(house: ApiHouse) -> None:
    found = {one.rule for one in rules(house) if reason_of(house.app.view_functions[one.endpoint])}
    assert found == OPEN


def test_every_open_route_says_why(house: ApiHouse) -> None:
    for one in rules(house):
        reason = reason_of(house.app.view_functions[one.endpoint])
        assert reason is None or len(reason.split()) >= 4, one.rule


def test_nothing_below_the_api_is_open(house: ApiHouse) -> None:
    assert not [one.rule for one in rules(house) if one.rule in OPEN and one.rule.startswith("/api/")]


def test_every_other_route_refuses_a_caller_without_a_token(house: ApiHouse) -> None:
    tried = 0
    for one in rules(house):
        if one.rule in OPEN:
            continue
        path = one.rule.replace("<number:deal_id>", "501").replace("<name:line_id>", "1")
        path = path.replace("<name:document_id>", "1").replace("<name:operation_id>", "1")
        for method in (one.methods or set()) - {"OPTIONS"}:
            answer = house.client.open(path, method=method, json={})
            assert answer.status_code == 401, (method, path)
            tried += 1
    assert tried > 20


def test_a_route_added_without_a_word_is_closed(house: ApiHouse) -> None:
    house.app.add_url_rule("/new", view_func=lambda: "secret", endpoint="new")
    assert house.client.get("/new").status_code == 401


def test_an_open_route_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        open_route("  ")
