"""Custom fields of leads, contacts, companies and list elements: what they are and how the API shows them."""

from __future__ import annotations

from typing import Any

from ..core.errors import invalid, not_supported
from ..core.store import Doc
from ..core.world import World

TYPES = {
    "text", "numeric", "checkbox", "select", "multiselect", "date", "url", "textarea", "radiobutton",
    "streetaddress", "smart_address", "birthday", "legal_entity", "date_time", "price", "category", "items",
    "tracking_data", "linked_entity", "file", "payer", "supplier", "multitext",
}  # fmt: skip
ENUM_TYPES = {"select", "multiselect", "radiobutton", "category", "multitext"}
NOT_ON_LEADS = {"price", "category", "items", "linked_entity", "payer", "supplier", "multitext"}
PHONE_ENUMS = ("WORK", "WORKDD", "MOB", "FAX", "HOME", "OTHER")
EMAIL_ENUMS = ("WORK", "PRIV", "OTHER")


def fields_of(world: World, entity: str) -> list[Doc]:
    """Fields of `leads`, `contacts`, `companies` or `catalogs:ID`, by their sort."""
    rows = [f for f in world.store.all("field") if f["entity"] == entity]
    return sorted(rows, key=lambda f: (f["sort"], f["id"]))


def find_field(world: World, entity: str, item: Doc, path: str) -> Doc:
    """The field an item addresses by `field_id` or `field_code`; NotSupportedChoice when there is none."""
    if item.get("field_id") is None and not item.get("field_code"):
        raise invalid("c1051bb3-d103-4471-9bf7-6adb4d7d8e9c", path, "use field_id or field_code")
    by = "field_id" if item.get("field_id") is not None else "field_code"
    for field in fields_of(world, entity):
        if (by == "field_id" and field["id"] == item[by]) or (by == "field_code" and field["code"] == item[by]):
            return field
    raise not_supported(f"{path}.{by}")


def make_field(world: World, entity: str, item: Doc) -> Doc:
    """Create a field; the item is checked. Answers the document."""
    check_field(world, entity, item)
    field_id = item.get("id") or world.store.next_id("field", 271201)
    field = {
        "id": field_id,
        "entity": entity,
        "name": item["name"],
        "code": item.get("code"),
        "type": item["type"],
        "sort": item.get("sort", 500 + len(fields_of(world, entity))),
        "is_api_only": bool(item.get("is_api_only", False)),
        "is_predefined": bool(item.get("is_predefined", False)),
        "is_visible": item.get("is_visible", True),
        "is_required": bool(item.get("is_required", False)),
        "group_id": item.get("group_id"),
        "required_statuses": item.get("required_statuses") or [],
        "hidden_statuses": item.get("hidden_statuses") or [],
        "enums": make_enums(world, item),
    }
    return world.store.put("field", field)


def check_field(world: World, entity: str, item: Doc) -> None:
    """Raise FieldErrors for a name, type, code or group that cannot be."""
    if not isinstance(item.get("name"), str) or not item["name"]:
        raise invalid("FieldMissing", "name", "This field is missing.")
    if item.get("type") not in TYPES:
        raise not_supported("type")
    if entity == "leads" and item["type"] in NOT_ON_LEADS:
        raise not_supported("type")
    code = item.get("code")
    if code and any(f["code"] == code for f in fields_of(world, entity)):
        raise invalid("NotUnique", "code", "Field with this code already exists.")
    group = item.get("group_id")
    if group and group != "statistic" and not world.store.get("field_group", group):
        raise not_supported("group_id")


def make_enums(world: World, item: Doc) -> list[Doc] | None:
    """Choices of a field with ids; PHONE and EMAIL get the platform's own."""
    if item["type"] not in ENUM_TYPES:
        return None
    given: list[Any] = item.get("enums") or item.get("nested") or _multitext_enums(item.get("code"))
    rows = []
    for order, choice in enumerate(given):
        enum = {"value": choice} if isinstance(choice, str) else choice
        rows.append({
            "id": enum.get("id") or world.store.next_id("enum", 48201),
            "value": enum["value"],
            "sort": enum.get("sort", order),
            "code": enum.get("code"),
        })  # fmt: skip
    return rows


def show_field(world: World, field: Doc) -> Doc:
    """A field as GET …/custom_fields writes it."""
    entity_type = field["entity"].split(":")[0]
    shown: Doc = {k: field[k] for k in ("id", "name", "type", "sort", "code", "is_predefined", "is_api_only")}
    shown |= {
        "account_id": world.account["id"],
        "entity_type": entity_type,
        "is_computed": False,
        "is_deletable": not field["is_predefined"],
        "is_required": field["is_required"],
        "is_visible": field["is_visible"],
        "required_statuses": field["required_statuses"],
        "hidden_statuses": field["hidden_statuses"],
        "group_id": field["group_id"],
        "settings": [],
        "remind": None,
        "currency": world.account["currency"] if field["type"] == "price" else None,
        "enums": field["enums"] if field["type"] != "category" else None,
        "nested": None,
        "chained_lists": None,
        "tracking_callback": None,
        "search_in": None,
    }
    if field["type"] == "category":
        shown["nested"] = [{**{k: e[k] for k in ("id", "value", "sort")}, "parent_id": None} for e in field["enums"]]
    path = f"catalogs/{field['entity'].split(':')[1]}" if ":" in field["entity"] else entity_type
    shown["_links"] = {"self": {"href": f"{world.base_url}/api/v4/{path}/custom_fields/{field['id']}"}}
    return shown


def _multitext_enums(code: str | None) -> list[Doc]:
    names = {"PHONE": PHONE_ENUMS, "EMAIL": EMAIL_ENUMS}.get(code or "", ())
    return [{"value": name, "code": name} for name in names]
