"""The last picture of a deal, kept: panels open with its figures, the refresh draws it again, its check is told (R1,
R8, R19)."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import timedelta

from backend.domain.errors import Retryable
from backend.ports.store import KeptCheck, KeptPicture, UnitOfWork
from backend.services.deps import Services
from backend.services.panel.figures import figures as figures_of
from backend.services.panel.texts import Json, moment
from backend.services.stock_check import basket_of, tell_check
from backend.services.take_picture import Picture

RENEW_AFTER = timedelta(minutes=2)
"""A look that shows nothing new is written down no more often: many people may look at one deal all day."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""A picture from further ahead was taken while a clock was wrong: it must not outlast those taken since."""
KEPT_FOR = timedelta(days=30)
"""At most, since the stock was last read: a picture holds the customer's name and requisites."""


def keep_picture(services: Services, picture: Picture) -> Json:
    """The picture's figures, after they were kept where they are new. Of a closed deal nothing is kept.

    A database that takes no writes just now keeps nobody from looking.
    """
    shown = figures_of(picture)
    kept = kept_of(picture, shown)
    with services.store.read() as unit:
        before = unit.pictures.check(picture.account.id, picture.deal.id)
        watched = unit.watch.get(picture.account.id, picture.deal.id)
    with suppress(Retryable):
        if picture.deal.closed:
            if watched is None or watched.closed:  # else the stage guard has still to ask for its check
                _forget(services, before)
        elif before is None or _worth_writing(before, kept.check):
            with services.store.write() as unit:
                _write(unit, picture, kept, before)
    return shown


def _forget(services: Services, before: KeptCheck | None) -> None:
    if before is not None:
        with services.store.write() as unit:
            unit.pictures.forget(before.account_id, before.deal_id)


def _write(unit: UnitOfWork, picture: Picture, kept: KeptPicture, before: KeptCheck | None) -> None:
    """Keep it unless a later one is there; open cards look again where its figures are not those of `before`, and the
    deal's field follows."""
    account_id, deal_id = picture.account.id, picture.deal.id
    unit.deals.lock(account_id, deal_id)
    if before is not None and before.stock_at > picture.taken_at + CLOCKS_DIFFER:
        unit.pictures.forget(account_id, deal_id)
    if not unit.pictures.keep(kept):
        return
    watched = unit.watch.get(account_id, deal_id)
    if watched is not None and watched.seen_at > kept.check.taken_at and watched.basket != kept.check.basket:
        unit.pictures.outdate(account_id, deal_id)  # the basket changed while the picture was taken
    if before is None or before.digest != kept.check.digest:
        unit.deals.touch(account_id, deal_id)
    tell_check(unit, picture.account, deal_id, picture.taken_at)


def kept_of(picture: Picture, shown: Json) -> KeptPicture:
    """What is kept of a picture that shows these figures."""
    check = KeptCheck(
        account_id=picture.account.id,
        deal_id=picture.deal.id,
        taken_at=picture.began_at,
        stock_at=picture.taken_at,
        outcome=picture.decision.outcome,
        fingerprint=picture.fingerprint,
        basket=basket_of(picture.deal.lines),
        digest=digest_of(shown),
    )
    return KeptPicture(check, picture.goods, picture.parts, shown)


def last_figures(services: Services, account_id: int, deal_id: int) -> Json | None:
    """The figures of the deal's last picture with the moment its stock was read; None where there is none."""
    with services.store.read() as unit:
        found = unit.pictures.figures(account_id, deal_id)
    return {**found[1], "taken_at": moment(found[0])} if found is not None else None


def digest_of(figures: Json) -> str:
    """The same for figures that look the same, whenever they were read."""
    timeless = {name: value for name, value in figures.items() if name != "taken_at"}
    return hashlib.sha256(json.dumps(timeless, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _worth_writing(before: KeptCheck, now: KeptCheck) -> bool:
    changed = before.outdated or before.digest != now.digest or before.basket != now.basket
    return changed or not -CLOCKS_DIFFER <= now.taken_at - before.taken_at < RENEW_AFTER
