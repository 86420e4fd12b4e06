"""An account filled from a JSON file; its form is described in README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..core.store import Doc
from ..core.world import World
from .actor import Actor
from .catalogs import create_catalog, create_element
from .feed import add_note, add_task
from .fields import fields_of, make_field
from .leads import create_lead
from .links import link
from .people import create_person
from .stages import complete_statuses

DEFAULT = Path(__file__).resolve().parents[1] / "seed.json"
DAY = 86400
ACCOUNT = {
    "id": 28805383, "name": "Demo", "subdomain": "demo", "country": "RU", "currency": "RUB",
    "currency_symbol": "₽", "timezone": "Europe/Moscow", "language": "ru", "created_at": 1583000000,
}  # fmt: skip
PERSON_FIELDS = {
    "contacts": (
        {"name": "Должность", "code": "POSITION", "type": "text"},
        {"name": "Телефон", "code": "PHONE", "type": "multitext"},
        {"name": "Email", "code": "EMAIL", "type": "multitext"},
    ),
    "companies": (
        {"name": "Телефон", "code": "PHONE", "type": "multitext"},
        {"name": "Email", "code": "EMAIL", "type": "multitext"},
        {"name": "Web", "code": "WEB", "type": "url"},
        {"name": "Адрес", "code": "ADDRESS", "type": "textarea"},
    ),
    "leads": (),
}


def load_seed(seed: Path | Doc | None) -> Doc:
    """A seed from a file, a dict, or the one that comes with the stand-in."""
    if isinstance(seed, dict):
        return seed
    loaded: Doc = json.loads(Path(seed or DEFAULT).read_text(encoding="utf-8"))
    return loaded


def fill(world: World, seed: Doc) -> None:
    """Fill an empty store; raises FieldErrors or KeyError for a seed that contradicts itself."""
    store = world.store
    store.put("account", {**ACCOUNT, **seed.get("account", {})}, "account")
    for group in seed.get("groups") or [{"id": 0, "name": "Отдел продаж"}]:
        store.put("group", group)
    for role in seed.get("roles", []):
        store.put("role", role)
    for user in seed["users"]:
        store.put("user", {"lang": "ru", "group_id": 0, "is_active": True, **user})
    root = Actor(next(u for u in store.all("user") if u.get("is_admin")), integration={}, full=True)
    _pipelines(world, seed)
    for kind, fields in PERSON_FIELDS.items():
        for field in (*({**f, "is_predefined": True} for f in fields), *seed.get("fields", {}).get(kind, [])):
            make_field(world, kind, field)
    for catalog in seed.get("catalogs", []):
        _catalog(world, catalog, root)
    for kind in ("companies", "contacts"):
        for person in seed.get(kind, []):
            embedded = {"companies": [{"id": person["company_id"]}]} if person.get("company_id") else {}
            item = {**person, "_seed_id": person["id"], "_embedded": embedded | _tags(person)}
            item["custom_fields_values"] = _values(world, kind, person.get("values", {}))
            create_person(world, kind, item, root)
    for lead in seed.get("leads", []):
        _lead(world, lead, root)
    store.put("settings", {"id": "settings", "default_user_id": seed.get("default_user_id") or _first_user(world)})


def _pipelines(world: World, seed: Doc) -> None:
    for number, pipeline in enumerate(seed["pipelines"]):
        unsorted_id = pipeline.get("unsorted_id", pipeline["id"] * 10)
        world.store.put("pipeline", {
            "id": pipeline["id"], "name": pipeline["name"], "sort": pipeline.get("sort", number + 1),
            "is_main": pipeline.get("is_main", number == 0), "is_unsorted_on": True, "is_archive": False,
            "statuses": complete_statuses(pipeline["id"], pipeline["statuses"], unsorted_id),
        })  # fmt: skip
    reasons = seed.get("loss_reasons") or ["Слишком дорого", "Пропала потребность", "Выбрали других"]
    for number, reason in enumerate(reasons):
        row = {"name": reason} if isinstance(reason, str) else reason
        world.store.put("loss_reason", {"id": 4203748 + number, "sort": (number + 1) * 100, **row})


def _catalog(world: World, given: Doc, root: Actor) -> None:
    catalog = create_catalog(world, given, root)
    entity = f"catalogs:{catalog['id']}"
    for field in given.get("fields", []):
        make_field(world, entity, field)
    for element in given.get("elements", []):
        values = _values(world, entity, element.get("values", {}))
        item = {"name": element["name"], "_seed_id": element.get("id"), "custom_fields_values": values}
        create_element(world, catalog, item, root)


def _lead(world: World, given: Doc, root: Actor) -> None:
    """A deal made by its responsible user, `days_ago` days back; tasks are due from today."""
    back = int(given.get("days_ago", 1)) * DAY
    owner = world.store.get("user", given.get("responsible_user_id")) or root.user
    world.clock.advance(-back)
    _lead_then(world, given, Actor(owner, integration={}, full=True), back)
    world.clock.advance(back)


def _lead_then(world: World, given: Doc, root: Actor, back: int) -> None:
    keys = ("name", "price", "pipeline_id", "status_id", "responsible_user_id", "created_at")
    item = {k: given[k] for k in keys if k in given} | {"_seed_id": given["id"]}
    item["custom_fields_values"] = _values(world, "leads", given.get("values", {}))
    contacts = [{"id": i} for i in given.get("contact_ids", [])]
    companies = [{"id": given["company_id"]}] if given.get("company_id") else []
    item["_embedded"] = {"contacts": contacts, "companies": companies} | _tags(given)
    lead = create_lead(world, item, root)
    for product in given.get("products", []):
        element = world.store.get("element", product["element_id"])
        assert element is not None, f"the seed links product {product['element_id']} which it does not hold"
        meta = {k: v for k, v in product.items() if k != "element_id"} | {"catalog_id": element["catalog_id"]}
        link(world, lead, {"to_entity_id": element["id"], "to_entity_type": "catalog_elements", "metadata": meta}, root)
    for note in given.get("notes", []):
        item = note if isinstance(note, dict) else {"note_type": "common", "params": {"text": note}}
        add_note(world, "leads", lead["id"], item, root)
    for task in given.get("tasks", []):
        due = world.clock.timestamp() + back + int(task.get("due_in", 86400))
        add_task(world, {"complete_till": due, "entity_id": lead["id"], "entity_type": "leads", **task}, root)


def _values(world: World, entity: str, given: Doc) -> list[Doc]:
    """Shorthand to `custom_fields_values`: a field by code, name or id; one value, a list, or whole rows."""
    fields = fields_of(world, entity)
    rows = []
    for name, value in given.items():
        field = next((f for f in fields if name in (f["code"], f["name"], str(f["id"]))), None)
        assert field is not None, f"the seed fills {entity} field {name!r} which does not exist"
        entries: list[Any] = value if isinstance(value, list) else [value]
        _grow_enums(world, field, entries)
        whole = field["type"] == "multitext"
        rows.append({
            "field_id": field["id"],
            "values": [e if whole and isinstance(e, dict) else {"value": e} for e in entries],
        })  # fmt: skip
    return rows


def _grow_enums(world: World, field: Doc, entries: list[Any]) -> None:
    if field["type"] not in ("select", "multiselect", "radiobutton", "category"):
        return
    known = {e["value"] for e in field["enums"]}
    fresh = [e for e in dict.fromkeys(entries) if e not in known]
    grown = [
        {"id": world.store.next_id("enum", 48201), "value": e, "sort": len(known) + n, "code": None}
        for n, e in enumerate(fresh)
    ]
    if grown:
        world.store.put("field", {**field, "enums": [*field["enums"], *grown]})


def _tags(given: Doc) -> Doc:
    return {"tags": [{"name": name} for name in given.get("tags", [])]}


def _first_user(world: World) -> int:
    users = world.store.all("user")
    plain = [u for u in users if not u.get("is_admin") and not u.get("is_free") and u.get("is_active", True)]
    return int((plain or users)[0]["id"])
