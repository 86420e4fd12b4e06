"""The settings page: connect the ERP, choose rules (R23).

For administrators; secrets never go back to a browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backend.domain.errors import Invalid, OutsideError
from backend.domain.quantity import plain
from backend.domain.rules import Rules
from backend.ports.connections import ErpSystem
from backend.ports.crm import CrmPort
from backend.ports.erp import ConnectionReport
from backend.ports.store import Connection, JournalEntry, SetupProgress
from backend.services.deps import Services
from backend.services.panel.kept import forget_answers
from backend.services.panel.texts import Json, moment, money
from backend.services.viewer import Caller, require_admin


class UnknownSystem(Invalid):
    """There is no such ERP system.

    Data: system.
    """

    code = "unknown_system"


class UnknownChoice(Invalid):
    """A rule names something the account or its ERP does not have.

    Data: field, value.
    """

    code = "unknown_choice"


def show_settings(services: Services, caller: Caller) -> Json:
    """Everything the settings page shows (docs/http-api.md).

    An ERP that does not answer leaves its lists null with a `problem`.
    """
    require_admin(services, caller)
    account = services.account(caller.account_id)
    with services.store.read() as unit:
        connection = unit.accounts.connection(account.id)
        rules = unit.accounts.rules(account.id)
        progress = unit.accounts.setup_progress(account.id)
    crm = services.crms.of(account.id)
    warehouses, price_types, problem = _erp_lists(services, account.id, connection)
    return {
        "account": {"id": account.id, "name": account.name, "state": str(account.state)},
        "systems": [_system(one) for one in services.erps.systems()],
        "connection": _connection(connection) if connection else None,
        "warehouses": warehouses,
        "price_types": price_types,
        "problem": problem,
        **_people_and_stages(crm),
        "rules": rules_json(rules),
        "setup": _progress(progress),
    }


def test_connection(services: Services, caller: Caller, system: str, values: Mapping[str, str]) -> Json:
    """Try these settings without keeping them.

    What goes wrong is part of the answer, not an error.
    """
    require_admin(services, caller)
    return _tried(services, caller.account_id, system, values)[0]


def save_connection(services: Services, caller: Caller, system: str, values: Mapping[str, str]) -> Json:
    """Try, and keep only what works.

    A secret left out is the saved one, as long as the address is.
    """
    require_admin(services, caller)
    answer, connection = _tried(services, caller.account_id, system, values)
    if connection is not None and answer["ok"]:
        now = services.clock.now()
        with services.store.write() as unit:
            if not _same_erp(unit.accounts.connection(caller.account_id), connection):
                unit.pictures.outdate(caller.account_id)
            unit.accounts.save_connection(replace(connection, checked_at=now))
            data = {"system": system, "version": connection.report.version if connection.report else ""}
            unit.journal.add(JournalEntry(caller.account_id, now, "connection.saved", caller.user_id, data=data))
        forget_answers(services.cache, caller.account_id)
    return answer


def save_rules(services: Services, caller: Caller, rules: Rules) -> Json:
    """Keep the account's rules; the settings after it.

    Raises UnknownChoice for what does not exist.
    """
    require_admin(services, caller)
    _require_known(services, caller.account_id, rules)
    now = services.clock.now()
    with services.store.write() as unit:
        if unit.accounts.rules(caller.account_id).price_type_id != rules.price_type_id:
            unit.pictures.outdate(caller.account_id)
        unit.accounts.save_rules(caller.account_id, rules)
        unit.journal.add(JournalEntry(caller.account_id, now, "rules.saved", caller.user_id, data=rules_json(rules)))
    forget_answers(services.cache, caller.account_id)
    return show_settings(services, caller)


def _tried(
    services: Services, account_id: int, system: str, values: Mapping[str, str]
) -> tuple[Json, Connection | None]:
    known = next((one for one in services.erps.systems() if one.system == system), None)
    if known is None:
        raise UnknownSystem(system=system)
    with services.store.read() as unit:
        saved = unit.accounts.connection(account_id)
    kept = saved.secrets if saved is not None and _same_place(saved, known, values) else {}
    secret_names = {one.name for one in known.fields if one.secret}
    secrets = {name: values.get(name) or kept.get(name, "") for name in secret_names}
    plain_values = {name: value for name, value in values.items() if name not in secret_names}
    try:
        report = services.erps.try_out(system, plain_values, secrets)
    except (OutsideError, Invalid) as error:
        return {"ok": False, "report": None, "error": {"code": error.code, "params": dict(error.data)}}, None
    version = saved.version + 1 if saved is not None else 1
    connection = Connection(account_id, system, plain_values, secrets, version, report)
    return {"ok": not report.missing, "report": _report(report), "error": None}, connection


def _same_place(saved: Connection, system: ErpSystem, values: Mapping[str, str]) -> bool:
    """Would kept secrets go where they were meant to? To another address they must be typed again."""
    addresses = [one.name for one in system.fields if one.kind == "url"]
    return saved.system == system.system and all(saved.values.get(name) == values.get(name) for name in addresses)


def _same_erp(saved: Connection | None, new: Connection) -> bool:
    return saved is not None and (saved.system, saved.values) == (new.system, new.values)


def _require_known(services: Services, account_id: int, rules: Rules) -> None:
    erp = services.erps.of(account_id)
    warehouses = {one.id for one in erp.warehouses()}
    chosen = {*rules.warehouse_ids, *([rules.default_warehouse_id] if rules.default_warehouse_id else [])}
    for value in sorted(chosen - warehouses):
        raise UnknownChoice(field="warehouse_ids", value=value)
    if rules.price_type_id is not None and rules.price_type_id not in {one.id for one in erp.price_types()}:
        raise UnknownChoice(field="price_type_id", value=rules.price_type_id)
    users = {one.id for one in services.crms.of(account_id).users()}
    for user_id in [*(one.user_id for one in rules.supervisors), *rules.margin_viewers]:
        if user_id not in users:
            raise UnknownChoice(field="supervisors", value=str(user_id))


def _erp_lists(
    services: Services, account_id: int, connection: Connection | None
) -> tuple[list[Json] | None, list[Json] | None, Json | None]:
    if connection is None:
        return None, None, None
    erp = services.erps.of(account_id)
    try:
        warehouses: list[Json] = [{"id": one.id, "name": one.name} for one in erp.warehouses()]
        price_types: list[Json] = [{"id": one.id, "name": one.name} for one in erp.price_types()]
    except OutsideError as error:
        return None, None, {"code": error.code, "params": dict(error.data)}
    return warehouses, price_types, None


def _people_and_stages(crm: CrmPort) -> Json:
    return {
        "users": [
            {"id": one.id, "name": one.name, "is_admin": one.is_admin, "is_active": one.is_active}
            for one in crm.users()
        ],
        "pipelines": [
            {
                "id": one.id,
                "name": one.name,
                "stages": [{"id": stage.id, "name": stage.name, "color": stage.color} for stage in one.stages],
            }
            for one in crm.pipelines()
        ],
    }


def _system(one: ErpSystem) -> Json:
    fields = [
        {"name": field.name, "kind": field.kind, "secret": field.secret, "required": field.required}
        for field in one.fields
    ]
    return {"system": one.system, "title": one.title, "fields": fields}


def _connection(connection: Connection) -> Json:
    return {
        "system": connection.system,
        "values": dict(connection.values),
        "secrets_set": sorted(name for name, value in connection.secrets.items() if value),
        "report": _report(connection.report) if connection.report else None,
        "checked_at": moment(connection.checked_at),
    }


def _report(report: ConnectionReport) -> Json:
    return {
        "system": report.system,
        "version": report.version,
        "company": report.company,
        "currency": report.currency,
        "missing": [{"code": one.code, "detail": one.detail} for one in report.missing],
    }


def rules_json(rules: Rules) -> Json:
    return {
        "warehouse_ids": list(rules.warehouse_ids),
        "default_warehouse_id": rules.default_warehouse_id,
        "price_type_id": rules.price_type_id,
        "supervisors": [{"user_id": one.user_id, "limit": money(one.limit)} for one in rules.supervisors],
        "shortage": str(rules.shortage),
        "over_credit": str(rules.over_credit),
        "horizon_days": rules.horizon_days,
        "count_overdue": rules.count_overdue,
        "count_undated": rules.count_undated,
        "approval_hours": rules.approval_hours,
        "drift": plain(rules.drift),
        "protected_stages": [
            {"pipeline_id": one.pipeline_id, "stage_id": one.stage_id} for one in rules.protected_stages
        ],
        "margin_viewers": list(rules.margin_viewers),
    }


def _progress(progress: SetupProgress) -> Json:
    steps = [
        {
            "step": one.step,
            "state": one.state,
            "done": one.done,
            "of": one.of,
            "error": {"code": one.error, "params": {}} if one.error else None,
        }
        for one in progress.steps
    ]
    return {"state": progress.state, "steps": steps}
