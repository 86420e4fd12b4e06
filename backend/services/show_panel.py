"""The panel: cached figures at once, live ones right after (R1); what stands still is said plainly (R13)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from backend.domain.approval import Approval
from backend.domain.errors import OutsideError
from backend.domain.order import LIVE, Order
from backend.ports.connections import NoConnection
from backend.ports.crm import CrmDenied, CrmUser
from backend.ports.store import DealDocument, Operation
from backend.services.deps import Services
from backend.services.follow_orders import read_back
from backend.services.keep_picture import keep_picture, last_figures
from backend.services.panel.kept import keep_answer, kept_answer, looked_anew, was_seen
from backend.services.panel.records import approval_json, documents_json, order_json
from backend.services.panel.state import panel_state
from backend.services.panel.texts import Json
from backend.services.queue.offer import QUEUED, offer_json, offer_of, queued_json
from backend.services.take_picture import Picture, read_deal, require_seen, take_picture
from backend.services.viewer import Caller, Viewer, viewer_of
from backend.services.void_approval import void_if_changed


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps the whole panel from being live.

    JSON-ready.
    """

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Records:
    revision: int
    order: Order | None
    approval: Approval | None
    documents: list[DealDocument]
    has_undo: Json | None
    queued: Operation | None


def show_live(services: Services, caller: Caller, deal_id: int) -> bytes:
    """The panel from fresh readings.

    A deal with a living order shows the order, read back from the ERP. Raises DealNotFound and CrmDenied; an ERP
    or CRM that does not answer gives an `offline` panel instead.
    """
    try:
        return _live(services, caller, deal_id)
    except NoConnection as error:
        read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
        return render(services, caller, deal_id, None, Problem(error.code, error.data))
    except CrmDenied:
        raise
    except OutsideError as error:
        if not was_seen(services.cache, caller.account_id, deal_id, caller.user_id):
            raise
        kept = last_figures(services, caller.account_id, deal_id)
        return render(services, caller, deal_id, kept, Problem(error.code, error.data))


def _live(services: Services, caller: Caller, deal_id: int) -> bytes:
    with services.store.read() as unit:
        order = unit.orders.latest_of_deal(caller.account_id, deal_id)
    if order is not None and order.status in LIVE:
        read_deal(services, caller.account_id, deal_id, as_user=caller.user_id)
        read_back(services, caller.account_id, [order])
        return render(services, caller, deal_id, last_figures(services, caller.account_id, deal_id), None)
    picture = take_picture(services, caller.account_id, deal_id, as_user=caller.user_id)
    _hurry_queued(services, caller.account_id, deal_id)
    return show_picture(services, caller, picture)


def _hurry_queued(services: Services, account_id: int, deal_id: int) -> None:
    """The ERP answers: what waits for that in the deal's queue need not wait for its time."""
    with services.store.read() as unit:
        waiting = unit.operations.open_of_deal(account_id, deal_id, QUEUED)
    if waiting is not None and waiting.due_at > services.clock.now():
        with services.store.write() as unit:
            unit.desk.hurry(waiting, now=services.clock.now())


def show_picture(services: Services, caller: Caller, picture: Picture) -> bytes:
    """The panel of a picture just taken: kept for the next opening, and an approval it contradicts is void."""
    shown = keep_picture(services, picture)
    looked_anew(services.cache, caller.account_id, picture.deal.id)
    void_if_changed(services, picture)
    return render(services, caller, picture.deal.id, shown, None, source="live")


def show_cached(services: Services, caller: Caller, deal_id: int) -> bytes:
    """The panel without asking the ERP.

    Only a user who was let in by the CRM lately gets it without asking there either.
    """
    with services.store.read() as unit:
        revision = unit.deals.get(caller.account_id, deal_id).revision
    kept = kept_answer(services.cache, caller.account_id, deal_id, caller.user_id, revision)
    if kept.answer is not None:
        return kept.answer
    require_seen(services, caller.account_id, deal_id, as_user=caller.user_id)
    shown = last_figures(services, caller.account_id, deal_id)
    answer = render(services, caller, deal_id, shown, _missing_connection(services, caller.account_id))
    keep_answer(services.cache, caller.account_id, deal_id, caller.user_id, kept.version, answer)
    return answer


def show_now(services: Services, caller: Caller, deal_id: int) -> bytes:
    """The panel from our own records and the last known figures; asks nobody."""
    return render(services, caller, deal_id, last_figures(services, caller.account_id, deal_id), None)


def render(
    services: Services,
    caller: Caller,
    deal_id: int,
    figures: Json | None,
    problem: Problem | None,
    *,
    source: str = "cached",
) -> bytes:
    """The whole panel as JSON bytes for this viewer."""
    account = services.account(caller.account_id)
    with services.store.read() as unit:
        rules = unit.accounts.rules(caller.account_id)
        state = unit.deals.get(caller.account_id, deal_id)
        records = _Records(
            state.revision,
            unit.orders.latest_of_deal(caller.account_id, deal_id),
            unit.approvals.latest_of_deal(caller.account_id, deal_id),
            list(unit.documents.of_deal(caller.account_id, deal_id)),
            {"kind": state.draft.undo.kind, "params": dict(state.draft.undo.params)} if state.draft.undo else None,
            unit.operations.open_of_deal(caller.account_id, deal_id, QUEUED),
        )
    users = _users(services, caller.account_id)
    viewer = viewer_of(caller, rules, users.get(caller.user_id))
    now = services.clock.now()
    shown = for_viewer(figures, viewer) if figures else {}
    names = {one.id: one.name for one in users.values()}
    trouble = problem.code if problem else None
    if trouble is not None or records.queued is not None:
        shown = unpromised(shown)
    panel: Json = {
        "revision": str(records.revision),
        "state": panel_state(
            figures=figures,
            order=records.order,
            approval=records.approval,
            queued=records.queued is not None,
            problem=trouble,
            now=now,
        ),
        "viewer": {
            "user_id": viewer.user_id,
            "role": viewer.role,
            "can_order": True,
            "sees_margin": viewer.sees_margin,
        },
        "deal": {"id": deal_id, "name": "", "currency": account.currency, "timezone": account.timezone},
        "figures": {"source": source, "taken_at": figures["taken_at"]} if figures else None,
        "lines": [],
        "warehouses": [],
        "totals": None,
        "customer": None,
        "decision": None,
        "remedies": [],
        **{key: value for key, value in shown.items() if key != "taken_at"},
        "undo": records.has_undo,
        "approval": approval_json(records.approval, viewer, names, _available_now(figures), now),
        "queue": None if records.queued else offer_json(offer_of(figures, records.approval, now), trouble),
        "queued": queued_json(records.queued, names, trouble),
        "order": order_json(records.order),
        "documents": documents_json(records.documents),
        "problem": {"code": problem.code, "params": dict(problem.params)} if problem else None,
    }
    return json.dumps(panel, ensure_ascii=False, separators=(",", ":")).encode()


def unpromised(shown: Json) -> Json:
    """The figures without what they would promise: no decision, no ways out, no dates."""
    lines = shown.get("lines")
    if not isinstance(lines, list):
        return shown
    undated: Json = {"promise_date": None, "next_incoming": None}
    bare = [{**one, **undated, "parts": [{**part, "promise_date": None} for part in one["parts"]]} for one in lines]
    return {**shown, "lines": bare, "decision": None, "remedies": []}


def for_viewer(figures: Json, viewer: Viewer) -> Json:
    """The figures without what this viewer may not see."""
    totals = figures.get("totals")
    if viewer.sees_margin or not isinstance(totals, dict):
        return figures
    return {**figures, "totals": {**totals, "margin_percent": None}}


def _available_now(figures: Json | None) -> dict[str, str]:
    """What is available now by line, for the evidence of an approval."""
    lines = figures["lines"] if figures else []
    if not isinstance(lines, list):
        return {}
    return {one["line_id"]: one["available"] for one in lines if one["available"] is not None}


def _users(services: Services, account_id: int) -> Mapping[int, CrmUser]:
    """People of the account; nobody where the CRM does not answer: names are then left out, roles fall back to the
    rules."""
    try:
        return {one.id: one for one in services.crms.of(account_id).users()}
    except OutsideError:
        return {}


def _missing_connection(services: Services, account_id: int) -> Problem | None:
    with services.store.read() as unit:
        connected = unit.accounts.connection(account_id) is not None
    return None if connected else Problem(NoConnection.code, {})
