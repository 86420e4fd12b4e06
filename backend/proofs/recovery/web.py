"""A web process killed in the midst of *Place order*: after the commit, before the answer."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import timedelta

import requests
from sqlalchemy import update

from backend.proofs.card import OURS, Card, connect, start_web
from backend.proofs.office import make_deal
from backend.proofs.plant import ACCOUNT, Plant, wait_until
from backend.storage.repositories.idempotency import CLAIM_LASTS
from backend.storage.tables import answer


class PressedInVain(Exception):
    """The repeat of the press was not answered with the first order."""


def kill_after_commit(plant: Plant, patience: float) -> tuple[int, float, float]:
    """Deal, moment of the kill, moment when the card showed the accepted order again. The press is then repeated under
    its key: it is still being worked on as far as anybody knows, and answered with the first order once its claim has
    run out. Raises PressedInVain, TimeoutError."""
    connect(plant)
    start_web(plant, OURS)
    plant.last_deal += 1
    deal_id, key = plant.last_deal, str(uuid.uuid4())
    plant.crm.deals[deal_id] = make_deal(deal_id, plant.here.clock.now())
    card = Card(plant, deal_id)
    fingerprint = str(card.panel()["decision"]["fingerprint"])
    gate = plant.desk.gates.close("crm.users", "")
    press = threading.Thread(target=_press, args=(card, fingerprint, key))
    press.start()
    gate.wait(patience)
    at = plant.crew.kill("web")
    press.join()
    gate.open()
    start_web(plant, OURS)
    shown = wait_until(lambda: card.panel("cached")["order"] is not None, patience)
    if shown is None:
        raise TimeoutError(f"the card of deal {deal_id} does not show its order")
    _repeat(plant, card, fingerprint, key)
    plant.crew.kill("web")
    return deal_id, at, shown


def _press(card: Card, fingerprint: str, key: str) -> None:
    with suppress(requests.RequestException):
        card.order(fingerprint, key)


def _repeat(plant: Plant, card: Card, fingerprint: str, key: str) -> None:
    early = card.order(fingerprint, key)
    if early.status_code != 409 or early.json()["code"] != "in_progress":
        raise PressedInVain(f"at once: {early.status_code} {early.text[:200]}")
    _age_claim(plant, key)
    late = card.order(fingerprint, key)
    if late.status_code != 202 or late.json()["order"] is None:
        raise PressedInVain(f"later: {late.status_code} {late.text[:200]}")


def _age_claim(plant: Plant, key: str) -> None:
    """Time passes for the claim: its row is set back."""
    long_ago = plant.here.clock.now() - CLAIM_LASTS - timedelta(seconds=1)
    old = update(answer).where(answer.c.account_id == ACCOUNT, answer.c.key == key).values(claimed_at=long_ago)
    with plant.here.store.engine.begin() as connection:
        connection.execute(old)
