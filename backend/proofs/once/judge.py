"""Judges a case: the deal has one order, and all books agree about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from backend.proofs.audit import audit, read_books
from backend.proofs.once.town import Town


def judge(town: Town) -> Sequence[str]:
    """What is wrong, in words; nothing where the promise was kept."""
    books = read_books(town.database.engine, town.account_id, town.clock.now(), town.books, town.crm_books)
    found = list(audit(books))
    texts = Counter(town.crm_books.of(town.deal_id).notes.values())
    found += [f"a note {count} times: {text}" for text, count in texts.items() if count > 1]
    if len(books.living) != 1:
        found.append(f"{len(books.living)} living orders, {len(books.accepted)} accepted")
    return found
