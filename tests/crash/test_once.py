"""The matrix of `prove once`: that its judge sees what is wrong, and that its crashes are crashes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from backend.ports.erp import OrderDraft
from backend.proofs.once.cases import Case, Forgetful, run
from backend.proofs.once.judge import judge
from backend.proofs.once.points import Crash, Points
from backend.proofs.once.stories import LOSSES, STORIES, plain
from backend.proofs.once.town import Database, Town
from backend.storage import SecretBox
from backend.storage.tables import hold, operation
from tests.support.databases import Sqlite

LOST = "erp.place_order lost after it was done"


@pytest.fixture
def database(sqlite: Sqlite) -> Iterator[Database]:
    made = Database(sqlite.migrated(), SecretBox([Fernet.generate_key().decode()]))
    yield made
    made.close()


@pytest.fixture
def town(database: Database) -> Town:
    """After an order that went well."""
    made = Town(database, Points())
    plain(made)
    assert judge(made) == []
    return made


def test_without_the_look_up_by_key_the_same_case_makes_two_orders(database: Database) -> None:
    """The negative control: what keeps the order single is the key, and the judge counts in the ERP's books."""
    assert run(database, Case("plain", LOST)).faults == []
    faults = run(database, Case("plain", LOST), Forgetful).faults
    assert any("2 orders in the ERP" in fault for fault in faults)


def test_the_control_keeps_a_story_without_repeats_whole(database: Database) -> None:
    """It breaks nothing but the look-up."""
    assert run(database, Case("plain", "nothing lost"), Forgetful).faults == []


@pytest.mark.parametrize("story", STORIES)
def test_every_story_ends_well_when_nobody_is_killed(database: Database, story: str) -> None:
    verdict = run(database, Case(story, "nothing lost"))
    assert verdict.faults == []
    assert len(verdict.passed) > 50


@pytest.mark.parametrize("loss", [one for one in LOSSES if one != "nothing lost"])
def test_every_loss_is_lost(database: Database, loss: str) -> None:
    """With it the story takes another way than without: more boundaries are passed."""
    lost = run(database, Case("plain", loss))
    assert lost.faults == []
    assert len(lost.passed) > len(run(database, Case("plain", "nothing lost")).passed)


def test_a_crash_undoes_the_transaction_and_forgets_what_was_announced(database: Database) -> None:
    """At the commit of the acceptance: nothing is in the database, nobody heard of anything."""
    whole = Points()
    plain(Town(database, whole))
    accepted = whole.passed.index("announce") - 1
    assert whole.passed[accepted] == "write: commit"
    points = Points(accepted)
    town = Town(database, points)
    with pytest.raises(Crash):
        plain(town)
    assert town.status() is None
    assert town.next_moment() is None
    points.disarm()
    assert not town.process().heard


def test_the_judge_sees_a_leaked_hold(town: Town) -> None:
    with town.database.engine.begin() as connection:
        connection.execute(update(hold).values(counts_until=town.clock.now() + timedelta(days=1)))
    assert any("still counts" in fault for fault in judge(town))


def test_the_judge_sees_a_stuck_operation(town: Town) -> None:
    with town.database.engine.begin() as connection:
        connection.execute(update(operation).where(operation.c.kind == "crm.note").values(state="running"))
    assert any("crm.note is running" in fault for fault in judge(town))


def test_the_judge_sees_an_order_nobody_accepted(town: Town) -> None:
    [ours] = [one for one in town.books.people.orders() if one.key]
    lines = [line.draft for line in ours.lines]
    town.books.place_order(OrderDraft("AMO-stray", ours.customer_id, ours.warehouse_id, None, lines))
    assert any("AMO-stray" in fault for fault in judge(town))


def test_the_judge_sees_a_note_said_twice_and_one_never_said(town: Town) -> None:
    notes = town.crm_books.of(town.deal_id).notes
    notes["again"] = next(iter(notes.values()))
    assert any("a note 2 times" in fault for fault in judge(town))
    notes.clear()
    assert any("0 notes name the order" in fault for fault in judge(town))


def test_the_judge_sees_a_lost_order(town: Town) -> None:
    """Accepted, but the ERP has cancelled it and nobody was told."""
    [ours] = [one for one in town.books.people.orders() if one.key]
    town.books.cancel_order(ours.id)
    assert any("0 of them living" in fault for fault in judge(town))
