"""Our fields of a deal: their codes, and how they are made or found.

All are text: what the port writes into them are words in the account's language, and a select would refuse a word it
does not know. API-only: people see them and cannot change them; a filled one can be required for a stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.amocrm.answers import Json
from backend.amocrm.client import AmoClient, embedded
from backend.amocrm.directory import FULL_PAGE
from backend.amocrm.values import as_text, whole
from backend.ports.crm import CrmGarbled, CrmOutcomeUnknown, CrmRefused, DealField

FIELDS = "leads/custom_fields"
GROUPS = "leads/custom_fields/groups"
PREFIX = "STOCKGATE_"
FIRST_SORT = 510


def code_of(field: DealField) -> str:
    """The code under which amoCRM knows our field."""
    return PREFIX + field.name


@dataclass(frozen=True, slots=True)
class FoundFields:
    """Ids by our field, and the group they stand in."""

    ids: Mapping[DealField, int]
    group_id: str


def make_deal_fields(client: AmoClient, names: Mapping[DealField, str], group: str) -> FoundFields:
    """Find or make the group and the fields: two calls when all is there, two more when all is missing."""
    groups = list(client.pages(GROUPS, "custom_field_groups", [FULL_PAGE]))
    group_id = next((str(g["id"]) for g in groups if as_text(g.get("name")) == group), None)
    if group_id is None:
        group_id = _made_group(client, group)
    present = list(client.pages(FIELDS, "custom_fields", [FULL_PAGE]))
    ids = {f: i for f in names if (i := _find(present, f, names[f], group_id)) is not None}
    missing = [f for f in names if f not in ids]
    if missing:
        made = make_fields(client, FIELDS, [_wanted(f, names[f], group_id) for f in missing])
        ids |= dict(zip(missing, made, strict=True))
    return FoundFields({f: ids[f] for f in names}, group_id)


def make_fields(client: AmoClient, path: str, wanted: Sequence[Json]) -> list[int]:
    """Make fields in one call; once more without codes where amoCRM refuses those with 400. Ids in the same order."""
    try:
        answer = client.write("POST", path, list(wanted))
    except CrmRefused as refused:
        if refused.data.get("status") != 400:
            raise
        answer = client.write("POST", path, [{k: v for k, v in w.items() if k != "code"} for w in wanted])
    made = embedded(answer, "custom_fields")
    if len(made) != len(wanted):
        raise CrmOutcomeUnknown("not every new field is named in the answer")
    order = {as_text(f.get("request_id")): whole(f, "id") for f in made}
    try:
        return [order[w["request_id"]] for w in wanted]
    except KeyError:
        return [whole(f, "id") for f in made]


def delete_quietly(client: AmoClient, path: str) -> None:
    """DELETE; what is not there any more is as deleted."""
    try:
        client.write("DELETE", path)
    except CrmRefused as refused:
        if refused.data.get("status") != 404:
            raise


def _made_group(client: AmoClient, name: str) -> str:
    groups = embedded(client.write("POST", GROUPS, [{"name": name, "sort": 10}]), "custom_field_groups")
    if len(groups) != 1 or not groups[0].get("id"):
        raise CrmGarbled("a group without an id")
    return str(groups[0]["id"])


def _wanted(field: DealField, name: str, group_id: str) -> Json:
    return {
        "name": name,
        "type": "text",
        "code": code_of(field),
        "sort": FIRST_SORT + list(DealField).index(field),
        "group_id": group_id,
        "is_api_only": True,
        "request_id": field.value,
    }


def _find(present: Sequence[Json], field: DealField, name: str, group_id: str) -> int | None:
    """By code; where it had to be made without one, by its name as an API-only field of our group."""
    for f in present:
        ours = f.get("group_id") == group_id and f.get("is_api_only") is True
        if f.get("code") == code_of(field) or (ours and as_text(f.get("name")) == name):
            return whole(f, "id")
    return None
