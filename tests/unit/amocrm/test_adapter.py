"""What the stand-in does not show of the adapter: odd answers, foreign links, dropped marks, refused codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.amocrm.adapter import AmoCrm
from backend.amocrm.cache import TimedCache
from backend.amocrm.marker import marked
from backend.ports.crm import (
    CatalogueItem,
    CrmGarbled,
    CrmOutcomeUnknown,
    CrmRefused,
    CrmSetup,
    CrmUnavailable,
    DealField,
    DealUpdate,
    SetupWish,
    TaskDraft,
)
from tests.support.crm_house import CrmHouse
from tests.support.crm_server import Answer, Got, ScriptedServer, hal, page, problem, raw_json
from tests.support.crm_tokens import HandClock

API = "/api/v4"
LEAD = {"id": 7, "name": "x", "price": 10, "status_id": 1, "pipeline_id": 2, "updated_at": 1590683337}
SETUP = CrmSetup({DealField.RESERVE: 5}, "leads_1", 4521, 1, 2, 3, "https://wb.example/h", [5], made_group=True)


@pytest.fixture
def crm(house: CrmHouse) -> AmoCrm:
    return house.adapter(SETUP)


def deal_with(server: ScriptedServer, links: str, **lead: Any) -> None:
    server.on("GET", f"{API}/leads/7", hal(LEAD | lead))
    server.on("GET", f"{API}/leads/7/links", raw_json(f'{{"_embedded": {{"links": [{links}]}}}}'))


def product(element_id: int, quantity: str, catalog: int = 4521) -> str:
    metadata = f'{{"quantity": {quantity}, "catalog_id": {catalog}}}'
    return f'{{"to_entity_id": {element_id}, "to_entity_type": "catalog_elements", "metadata": {metadata}}}'


@pytest.mark.parametrize("wire", ["2.1", '"2.1"', "2.10"])
def test_quantities_are_read_to_the_last_digit(crm: AmoCrm, server: ScriptedServer, wire: str) -> None:
    deal_with(server, product(1, wire))
    server.on("GET", f"{API}/catalogs/4521/elements", Answer(204))
    deal = crm.deal(7)
    assert deal is not None
    assert deal.lines[0].quantity == Decimal("2.1")


def test_what_is_linked_from_other_lists_is_no_line(crm: AmoCrm, server: ScriptedServer) -> None:
    deal_with(server, product(1, "2", catalog=4517))
    deal = crm.deal(7)
    assert deal is not None
    assert list(deal.lines) == []


def test_a_line_without_a_quantity_is_not_guessed(crm: AmoCrm, server: ScriptedServer) -> None:
    deal_with(server, product(1, "null"))
    with pytest.raises(CrmGarbled):
        crm.deal(7)


def test_the_main_contact_counts_wherever_it_stands(crm: AmoCrm, server: ScriptedServer) -> None:
    person = '{{"to_entity_id": {}, "to_entity_type": "contacts", "metadata": {}}}'
    deal_with(server, ",".join([person.format(1, "null"), person.format(2, '{"main_contact": true}')]))
    server.on("GET", f"{API}/contacts/2", hal({"id": 2, "name": "Елена"}))
    deal = crm.deal(7)
    assert deal is not None
    assert deal.contact is not None
    assert deal.contact.id == 2


def test_a_company_that_was_deleted_meanwhile_is_none(crm: AmoCrm, server: ScriptedServer) -> None:
    deal_with(server, '{"to_entity_id": 3, "to_entity_type": "companies", "metadata": null}')
    server.on("GET", f"{API}/companies/3", Answer(204))
    deal = crm.deal(7)
    assert deal is not None
    assert deal.company is None


def test_more_elements_than_one_address_holds_are_asked_in_parts(crm: AmoCrm, server: ScriptedServer) -> None:
    deal_with(server, ",".join(product(n, "1") for n in range(1, 402)))

    def elements(got: Got) -> Answer:
        ids = [int(value) for name, value in got.query if name == "filter[id][]"]
        return hal({"_embedded": {"elements": [{"id": i, "name": f"n{i}"} for i in ids]}})

    server.on("GET", f"{API}/catalogs/4521/elements", elements)
    deal = crm.deal(7)
    assert deal is not None
    assert [line.element.name for line in deal.lines] == [f"n{n}" for n in range(1, 402)]
    assert len(server.calls("GET", f"{API}/catalogs/4521/elements")) == 3


def test_a_failure_beside_the_deal_fails_the_whole_read(crm: AmoCrm, server: ScriptedServer) -> None:
    """A deal without its company would be ordered for nobody."""
    deal_with(server, '{"to_entity_id": 3, "to_entity_type": "companies", "metadata": null}')
    server.on("GET", f"{API}/companies/3", page(502))
    with pytest.raises(CrmUnavailable):
        crm.deal(7)


def test_only_changed_fields_are_sent_by_id(crm: AmoCrm, server: ScriptedServer) -> None:
    server.on("PATCH", f"{API}/leads/7", hal({"id": 7}))
    crm.update_deal(7, DealUpdate(budget=Decimal("100.50"), fields={DealField.RESERVE: None}))
    assert server.got[0].json == {"price": 100.5, "custom_fields_values": [{"field_id": 5, "values": None}]}


def test_an_empty_update_makes_no_call(crm: AmoCrm, server: ScriptedServer) -> None:
    crm.update_deal(7, DealUpdate())
    assert server.got == []


def test_a_line_whose_unlinking_is_refused_is_looked_at(crm: AmoCrm, server: ScriptedServer) -> None:
    """The platform refuses to unlink an element that was deleted; the line may be gone or not."""
    server.on("POST", f"{API}/leads/7/unlink", problem(400))
    server.on(
        "GET", f"{API}/leads/7/links", Answer(204), raw_json(f'{{"_embedded": {{"links": [{product(1, "2")}]}}}}')
    )
    crm.remove_line(7, 1)
    with pytest.raises(CrmRefused):
        crm.remove_line(7, 1)


def notes(*rows: dict[str, Any]) -> Answer:
    return hal({"_embedded": {"notes": list(rows)}})


def note(text: str, at: datetime, number: int = 1) -> dict[str, Any]:
    return {"id": number, "params": {"text": text}, "created_at": int(at.timestamp())}


def test_a_note_whose_mark_the_platform_dropped_is_found_by_its_words(
    house: CrmHouse, crm: AmoCrm, server: ScriptedServer
) -> None:
    server.on("GET", f"{API}/leads/7/notes", notes(note("Отгружено", house.clock.now() - timedelta(minutes=5), 44)))
    assert crm.add_note(7, "Отгружено", key="k") == 44


@pytest.mark.parametrize(
    ("text", "minutes"), [("Отгружено", 90), (marked("Отгружено", "other"), 5), ("Отгружено вчера", 5)]
)
def test_older_marked_or_other_notes_are_not_taken_for_it(
    house: CrmHouse, crm: AmoCrm, server: ScriptedServer, text: str, minutes: int
) -> None:
    server.on("GET", f"{API}/leads/7/notes", notes(note(text, house.clock.now() - timedelta(minutes=minutes))))
    server.on("POST", f"{API}/leads/7/notes", notes({"id": 45}))
    assert crm.add_note(7, "Отгружено", key="k") == 45


def test_a_note_whose_id_is_not_told_is_not_called_made(crm: AmoCrm, server: ScriptedServer) -> None:
    server.on("GET", f"{API}/leads/7/notes", Answer(204))
    server.on("POST", f"{API}/leads/7/notes", notes())
    with pytest.raises(CrmOutcomeUnknown):
        crm.add_note(7, "x", key="k")


def test_a_task_is_due_in_seconds_for_its_person(crm: AmoCrm, server: ScriptedServer) -> None:
    server.on("GET", f"{API}/tasks", Answer(204))
    server.on("POST", f"{API}/tasks", hal({"_embedded": {"tasks": [{"id": 9}]}}))
    crm.add_task(TaskDraft(7, 504141, "Согласуйте", datetime(2026, 1, 1, tzinfo=UTC)), key="k")
    (item,) = server.calls("POST", f"{API}/tasks")[0].json
    assert item["complete_till"] == 1767225600
    assert (item["entity_id"], item["entity_type"], item["responsible_user_id"]) == (7, "leads", 504141)


def ready_for_set_up(server: ScriptedServer) -> None:
    server.on("GET", f"{API}/leads/custom_fields/groups", Answer(204))
    server.on(
        "POST", f"{API}/leads/custom_fields/groups", hal({"_embedded": {"custom_field_groups": [{"id": "leads_9"}]}})
    )
    server.on("GET", f"{API}/catalogs", hal({"_embedded": {"catalogs": [{"id": 4521, "type": "products"}]}}))
    fields = [{"id": 1, "code": "SKU"}, {"id": 2, "code": "PRICE"}, {"id": 3, "code": "EXTERNAL_ID"}]
    server.on("GET", f"{API}/catalogs/4521/custom_fields", hal({"_embedded": {"custom_fields": fields}}))
    server.on("GET", f"{API}/webhooks", Answer(204))
    server.on("POST", f"{API}/webhooks", hal({"id": 1}, 201))


def test_fields_are_made_without_codes_where_codes_are_refused(house: CrmHouse, server: ScriptedServer) -> None:
    wish = SetupWish({f: f.value for f in DealField}, "Stockgate", "https://wb.example/h")
    ready_for_set_up(server)

    def make(got: Got) -> Answer:
        if any("code" in item for item in got.json):
            return problem(400, "FieldNotExpected")
        made = [{"id": 100 + n, "request_id": i["request_id"]} for n, i in enumerate(got.json)]
        return hal({"_embedded": {"custom_fields": made[::-1]}}, 201)

    server.on("GET", f"{API}/leads/custom_fields", Answer(204))
    server.on("POST", f"{API}/leads/custom_fields", make)
    setup = house.adapter().set_up(wish)
    assert setup.field_ids == {f: 100 + n for n, f in enumerate(DealField)}
    assert len(server.calls("POST", f"{API}/leads/custom_fields")) == 2

    present = [
        {"id": i, "code": None, "name": f.value, "group_id": "leads_9", "is_api_only": True}
        for f, i in setup.field_ids.items()
    ]
    server.on("GET", f"{API}/leads/custom_fields", hal({"_embedded": {"custom_fields": present}}))
    server.on(
        "GET", f"{API}/leads/custom_fields/groups",
        hal({"_embedded": {"custom_field_groups": [{"id": "leads_9", "name": "Stockgate"}]}}),
    )  # fmt: skip
    assert house.adapter().set_up(wish) == setup, "found again by name, as ours"
    assert len(server.calls("POST", f"{API}/leads/custom_fields")) == 2


def test_a_list_that_is_not_enabled_is_said(house: CrmHouse, server: ScriptedServer) -> None:
    ready_for_set_up(server)
    server.on("GET", f"{API}/leads/custom_fields", Answer(204))
    server.on("POST", f"{API}/leads/custom_fields", hal({"_embedded": {"custom_fields": [{"id": 51}]}}, 201))
    server.on("GET", f"{API}/catalogs", Answer(204))
    server.on("PATCH", f"{API}/catalogs/products/settings", hal({"is_enabled": False, "catalog_id": None}))
    with pytest.raises(CrmRefused) as refused:
        house.adapter().set_up(SetupWish({DealField.RESERVE: "r"}, "Stockgate", "https://wb.example/h"))
    assert refused.value.data["reason"] == "no_products_list"


def test_without_a_list_nothing_is_found_and_nothing_linked(house: CrmHouse, server: ScriptedServer) -> None:
    server.on("GET", f"{API}/catalogs", Answer(204))
    crm = house.adapter()
    assert crm.search_elements(external_id="a", sku="b") is None
    for work in (lambda: crm.set_line(7, 1, "1"), crm.catalogue_items):
        with pytest.raises(CrmRefused):
            work()


@pytest.mark.parametrize("path", ["webhooks", "leads/custom_fields/5", "leads/custom_fields/groups/leads_1"])
def test_a_clean_up_that_is_refused_is_not_called_done(crm: AmoCrm, server: ScriptedServer, path: str) -> None:
    for one in ("webhooks", "leads/custom_fields/5", "leads/custom_fields/groups/leads_1"):
        server.on("DELETE", f"{API}/{one}", problem(400) if one == path else Answer(204))
    with pytest.raises(CrmRefused):
        crm.clean_up(SETUP)


def test_another_refusal_of_fields_is_not_tried_without_codes(house: CrmHouse, server: ScriptedServer) -> None:
    ready_for_set_up(server)
    server.on("GET", f"{API}/leads/custom_fields", Answer(204))
    server.on("POST", f"{API}/leads/custom_fields", problem(422))
    with pytest.raises(CrmRefused):
        house.adapter().set_up(SetupWish({DealField.RESERVE: "r"}, "Stockgate", "https://wb.example/h"))
    assert len(server.calls("POST", f"{API}/leads/custom_fields")) == 1


def test_a_persons_field_of_the_same_name_is_not_taken(house: CrmHouse, server: ScriptedServer) -> None:
    ready_for_set_up(server)
    theirs = {"id": 50, "code": None, "name": "Резерв", "group_id": "leads_1", "is_api_only": False}
    server.on("GET", f"{API}/leads/custom_fields", hal({"_embedded": {"custom_fields": [theirs]}}))
    server.on("POST", f"{API}/leads/custom_fields", hal({"_embedded": {"custom_fields": [{"id": 51}]}}, 201))
    setup = house.adapter().set_up(SetupWish({DealField.RESERVE: "Резерв"}, "Stockgate", "https://wb.example/h"))
    assert setup.field_ids == {DealField.RESERVE: 51}


def test_a_unit_the_list_does_not_know_is_left_out(crm: AmoCrm, server: ScriptedServer) -> None:
    fields = [{"id": 8, "code": "UNIT", "enums": [{"id": 1, "value": "шт"}]}]
    server.on("GET", f"{API}/catalogs/4521/custom_fields", hal({"_embedded": {"custom_fields": fields}}))
    made = [{"id": 1, "request_id": "0"}, {"id": 2, "request_id": "1"}]
    server.on("POST", f"{API}/catalogs/4521/elements", hal({"_embedded": {"elements": made}}))
    items = [CatalogueItem("a", "s", "n", "5.00", "шт"), CatalogueItem("b", "s", "n", None, "бухта")]
    crm.write_catalogue(SETUP, items)
    first, second = server.calls("POST", f"{API}/catalogs/4521/elements")[0].json
    values = {v["field_id"]: v["values"] for v in first["custom_fields_values"]}
    assert values == {1: [{"value": "a"}], 2: [{"value": "s"}], 3: [{"value": "5"}], 8: [{"value": "шт"}]}
    assert [v["field_id"] for v in second["custom_fields_values"]] == [1, 2]


def test_elements_are_matched_by_request_id_not_by_order(crm: AmoCrm, server: ScriptedServer) -> None:
    server.on("GET", f"{API}/catalogs/4521/custom_fields", Answer(204))
    made = [{"id": 12, "request_id": "1"}, {"id": 11, "request_id": "0"}]
    server.on("POST", f"{API}/catalogs/4521/elements", hal({"_embedded": {"elements": made}}))
    items = [CatalogueItem("a", "", "a", None, ""), CatalogueItem("b", "", "b", None, "")]
    assert [i.element_id for i in crm.write_catalogue(SETUP, items)] == [11, 12]


def test_an_element_the_answer_does_not_name_is_not_called_written(crm: AmoCrm, server: ScriptedServer) -> None:
    server.on("GET", f"{API}/catalogs/4521/custom_fields", Answer(204))
    server.on("POST", f"{API}/catalogs/4521/elements", hal({"_embedded": {"elements": []}}))
    with pytest.raises(CrmOutcomeUnknown):
        crm.write_catalogue(SETUP, [CatalogueItem("a", "", "a", None, "")])


def test_an_element_is_found_behind_many_that_only_contain_the_value(crm: AmoCrm, server: ScriptedServer) -> None:
    def hits(got: Got) -> Answer:
        number = int(dict(got.query).get("page", 1))
        sku = "1" if number == 3 else f"x1-{number}"
        values = [{"field_id": 2, "field_code": "SKU", "values": [{"value": sku}]}]
        following = {"next": {"href": f"{server.url}{API}/catalogs/4521/elements?query=1&page={number + 1}"}}
        elements = [{"id": number, "name": "n", "custom_fields_values": values}]
        return hal({"_links": following, "_embedded": {"elements": elements}})

    server.on("GET", f"{API}/catalogs/4521/elements", hits)
    found = crm.search_elements(external_id="", sku="1")
    assert found is not None
    assert found.id == 3
    assert len(server.got) == 3


def test_archived_pipelines_are_not_offered(crm: AmoCrm, server: ScriptedServer) -> None:
    rows = [{"id": 1, "name": "a", "is_archive": True}, {"id": 2, "name": "b", "is_archive": False}]
    server.on("GET", f"{API}/leads/pipelines", hal({"_embedded": {"pipelines": rows}}))
    assert [p.id for p in crm.pipelines()] == [2]


@pytest.mark.parametrize(("minutes", "calls"), [(9, 1), (11, 2)])
def test_users_are_remembered_for_ten_minutes(
    house: CrmHouse, crm: AmoCrm, server: ScriptedServer, minutes: int, calls: int
) -> None:
    server.on("GET", f"{API}/users", hal({"_embedded": {"users": [{"id": 1, "rights": {"group_id": None}}]}}))
    assert crm.users()[0].group_id == 0
    house.clock.move(minutes=minutes)
    crm.users()
    assert len(server.got) == calls


def test_a_failure_is_not_remembered() -> None:
    cache, tries = TimedCache(HandClock()), iter([False, True])

    def make() -> int:
        if not next(tries):
            raise CrmUnavailable("x")
        return 5

    with pytest.raises(CrmUnavailable):
        cache.get("n", timedelta(minutes=1), make)
    assert cache.get("n", timedelta(minutes=1), make) == 5
