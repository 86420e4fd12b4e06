"""What machines around us ask: life, readiness, figures, the contract; and the headers of every answer."""

from __future__ import annotations

import json
import re

import pytest
from prometheus_client import REGISTRY

from backend.api.context import HealthCheck
from backend.storage.errors import StoreBusy
from tests.support.api_house import DEAL, ApiHouse, with_health


def test_alive(house: ApiHouse) -> None:
    assert house.client.get("/live").get_json() == {"status": "ok", "version": "0.1.0"}


def test_ready_with_a_migrated_database(house: ApiHouse) -> None:
    answer = house.client.get("/ready")
    assert (answer.status_code, answer.get_json()) == (200, {"ready": True, "checks": {"database": True}})


def busy() -> bool:
    raise StoreBusy("locked")


@pytest.mark.parametrize("run", [lambda: False, busy])
def test_not_ready_without_a_part_that_is_required(house: ApiHouse, run: object) -> None:
    app = with_health(house, HealthCheck("database", run))  # type: ignore[arg-type]
    answer = app.test_client().get("/ready")
    assert (answer.status_code, answer.get_json()) == (503, {"ready": False, "checks": {"database": False}})


def test_losing_redis_is_told_but_takes_nobody_out_of_service(house: ApiHouse) -> None:
    app = with_health(house, HealthCheck("redis", lambda: False, required=False))
    answer = app.test_client().get("/ready")
    assert (answer.status_code, answer.get_json()) == (200, {"ready": True, "checks": {"redis": False}})


def test_figures_are_by_route_template_without_ids_or_people(house: ApiHouse) -> None:
    house.call("GET", f"/deals/{DEAL}/panel")
    house.call("GET", "/deals/987654/panel")
    figures = house.client.get("/metrics").text
    assert 'route="/api/v1/deals/<number:deal_id>/panel",status="200"' in figures
    assert "987654" not in figures


def test_errors_of_the_outside_are_counted_by_code(house: ApiHouse) -> None:
    house.erps.erp.script.down()
    house.call("GET", f"/deals/{DEAL}/lines/9001/details")
    assert 'stockgate_outside_errors_total{code="erp_unavailable"}' in house.client.get("/metrics").text


def test_every_route_is_in_the_contract(house: ApiHouse) -> None:
    paths = house.client.get("/openapi.json").get_json()["paths"]
    for rule in house.app.url_map.iter_rules():
        told = paths[re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert method.lower() in told, rule


def test_the_contract_says_which_calls_need_a_token_and_a_key(house: ApiHouse) -> None:
    paths = house.client.get("/openapi.json").get_json()["paths"]
    for path, verbs in paths.items():
        for verb, told in verbs.items():
            if verb == "parameters":
                continue
            needs_key = any(one.get("name") == "Idempotency-Key" for one in told.get("parameters", []))
            inside = path.startswith("/api/v1/")
            assert ("security" in told) is inside, path
            assert needs_key is (inside and verb != "get"), path


def test_questions_in_the_address_are_in_the_contract(house: ApiHouse) -> None:
    paths = house.client.get("/openapi.json").get_json()["paths"]
    asked = {path: [one["name"] for one in verbs.get("get", {}).get("parameters", [])] for path, verbs in paths.items()}
    assert asked["/api/v1/deals/{deal_id}/panel"] == ["figures"]
    assert asked["/api/v1/deals/{deal_id}/products"] == ["query"]


def test_request_schemas_refuse_unknown_fields_in_the_contract_too(house: ApiHouse) -> None:
    schemas = house.client.get("/openapi.json").get_json()["components"]["schemas"]
    for name in ("NewLine", "LineChanges", "OrderRequest", "RulesBody", "ConnectionRequest", "Empty"):
        assert schemas[name]["additionalProperties"] is False, name


def test_the_contract_can_be_read_by_people_without_any_script(house: ApiHouse) -> None:
    answer = house.client.get("/docs")
    assert answer.status_code == 200
    assert "/api/v1/deals/{deal_id}/panel" in answer.text
    assert "<script" not in answer.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_headers_of_every_answer(house: ApiHouse) -> None:
    for answer in (house.client.get("/live"), house.call("GET", "/deals/999/panel"), house.client.get("/nothing")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert answer.headers["X-Request-Id"]


def test_the_contract_is_json_that_holds_nothing_of_a_customer(house: ApiHouse) -> None:
    text = json.dumps(house.client.get("/openapi.json").get_json(), ensure_ascii=False)
    assert "Торговый дом" not in text


def test_live_looks_are_timed_by_what_they_show(house: ApiHouse) -> None:
    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("stockgate_check_seconds_count", {"outcome": outcome}) or 0.0

    before = {one: counted(one) for one in ("ready", "crm_denied", "deal_not_found")}
    house.call("GET", f"/deals/{DEAL}/panel?figures=live")
    house.call("GET", f"/deals/{DEAL}/panel")
    house.call("GET", f"/deals/{DEAL}/panel?figures=cached")
    house.call("GET", "/deals/999/panel")
    assert {one: counted(one) - known for one, known in before.items()} == {
        "ready": 2,
        "crm_denied": 0,
        "deal_not_found": 1,
    }
