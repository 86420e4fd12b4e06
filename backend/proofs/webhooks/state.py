"""The state of an account after all its webhooks: what our database has of its deals, and what the CRM has of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from backend.jobs.policy import Policy
from backend.jobs.runner import OperationRunner
from backend.operations import handlers
from backend.ports.store import Connection, HookSource
from backend.proofs.office import make_deal
from backend.proofs.plant import ACCOUNT, Plant, wait_until
from backend.proofs.webhooks.story import GUARDED
from backend.services.receive_hook import receive_hook
from backend.services.reread_deals import reread_all
from backend.storage.tables import deal_watch, operation

FIRST = 5001
NOBODY = "http://127.0.0.1:9"
LONGEST = 300.0
BATCH = 200

State = Mapping[int, Mapping[str, object]]


def begin(plant: Plant, deals: int) -> Sequence[int]:
    """Deals that were read once, protected stages, and an ERP where nobody answers."""
    at = plant.here.clock.now() - timedelta(days=1)
    found = range(FIRST, FIRST + deals)
    plant.crm.deals.update({deal_id: make_deal(deal_id, at) for deal_id in found})
    with plant.here.store.write() as unit:
        rules = unit.accounts.rules(ACCOUNT)
        unit.accounts.save_rules(ACCOUNT, replace(rules, protected_stages=GUARDED))
        values = {"url": NOBODY, "database": "gone", "login": "stockgate"}
        unit.accounts.save_connection(Connection(ACCOUNT, "tryton", values, {"password": "none"}))
    reread_all(plant.here.services)
    plant.erp.script.down()
    return found


def receive(plant: Plant, bodies: Sequence[bytes]) -> None:
    """As the web process does it, one after another."""
    services = plant.here.services
    account = services.account(ACCOUNT)
    for body in bodies:
        receive_hook(services, account, HookSource.CRM, body)


def read_to_the_end(plant: Plant) -> None:
    """Work until nothing is left to do; then what was changed without a webhook is found by its date, as every few
    minutes, and worked off too. Raises TimeoutError."""
    runner = OperationRunner(plant.here.store, plant.here.clock, handlers(plant.here.services), Policy())
    _work(plant, runner)
    reread_all(plant.here.services)
    _work(plant, runner)


def _work(plant: Plant, runner: OperationRunner) -> None:
    def idle() -> bool:
        with plant.here.store.read() as unit:
            ready = unit.operations.runnable(now=plant.here.clock.now(), limit=BATCH)
        for operation_id in ready:
            runner.run(operation_id)
        return not ready and not _unfinished(plant)

    if wait_until(idle, LONGEST) is None:
        raise TimeoutError("the inbox is not read to its end")


def _unfinished(plant: Plant) -> int:
    query = select(operation.c.id).where(operation.c.state.in_(("waiting", "running")))
    with plant.here.store.engine.connect() as connection:
        return len(connection.execute(query).all())


def state_of(plant: Plant) -> State:
    """By deal: where it stands in the CRM and with us, where it is at home, what was written into it. Dates of change
    apart, which tell when something was done and not what."""
    with plant.here.store.engine.connect() as connection:
        rows = connection.execute(select(deal_watch).where(deal_watch.c.account_id == ACCOUNT)).all()
    found: dict[int, dict[str, object]] = {
        row.deal_id: {
            "seen in": (row.pipeline_id, row.stage_id, row.closed),
            "basket": dict(row.basket),
            "at home in": (row.home_pipeline_id, row.home_stage_id),
        }
        for row in rows
    }
    for deal_id, deal in plant.crm.deals.items():
        written = plant.crm.of(deal_id)
        found.setdefault(deal_id, {}).update(
            {
                "stage in the CRM": (deal.pipeline_id, deal.stage_id),
                "fields": {one.value: text for one, text in written.fields.items()},
                "notes": sorted(written.notes.values()),
            }
        )
    return found


def differences(one: State, other: State) -> Sequence[str]:
    """Deals that ended otherwise, in words."""
    return [
        f"deal {deal_id}: {name} is {other.get(deal_id, {}).get(name)}, was {one.get(deal_id, {}).get(name)}"
        for deal_id in sorted(one.keys() | other.keys())
        for name in sorted(one.get(deal_id, {}).keys() | other.get(deal_id, {}).keys())
        if one.get(deal_id, {}).get(name) != other.get(deal_id, {}).get(name)
    ]
