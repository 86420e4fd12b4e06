"""Signed words: for one purpose, for a time, by any of our keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.api.signing import DocumentLink, SignatureExpired, SignatureForged, Signer
from tests.support.storage import TickingClock

LINK = DocumentLink(1, "doc")


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


def test_what_was_signed_is_read_again(clock: TickingClock) -> None:
    signer = Signer(["one"], clock)
    word, until = signer.document_link(LINK)
    assert signer.read_document_link(word) == LINK
    assert until - clock.now() == timedelta(minutes=5)


def test_it_ends_to_the_second(clock: TickingClock) -> None:
    signer = Signer(["one"], clock)
    word, _ = signer.document_link(LINK)
    clock.advance(timedelta(minutes=4, seconds=59))
    assert signer.read_document_link(word) == LINK
    clock.advance(timedelta(seconds=1))
    with pytest.raises(SignatureExpired):
        signer.read_document_link(word)


@pytest.mark.parametrize("change", [lambda word: word + "x", lambda word: "x" + word, lambda word: word.swapcase(),
                                    lambda _: "", lambda _: "a.b", lambda word: word.replace(".", "")])  # fmt: skip
def test_a_changed_letter_is_forged(clock: TickingClock, change: object) -> None:
    signer = Signer(["one"], clock)
    word, _ = signer.document_link(LINK)
    with pytest.raises(SignatureForged):
        signer.read_document_link(change(word))  # type: ignore[operator]


def test_one_purpose_is_not_another(clock: TickingClock) -> None:
    signer = Signer(["one"], clock)
    with pytest.raises(SignatureForged):
        signer.read_document_link(signer.grant_state("nonce"))
    assert signer.read_grant_state(signer.grant_state("nonce")) == "nonce"


def test_keys_are_changed_without_a_stop(clock: TickingClock) -> None:
    old, both, new = (Signer(keys, clock) for keys in (["old"], ["new", "old"], ["new"]))
    assert both.read_document_link(old.document_link(LINK)[0]) == LINK
    assert new.read_document_link(both.document_link(LINK)[0]) == LINK
    with pytest.raises(SignatureForged):
        new.read_document_link(old.document_link(LINK)[0])


def test_a_digest_needs_the_key(clock: TickingClock) -> None:
    one, other = Signer(["one"], clock), Signer(["other"], clock)
    assert one.digest(b"text") == one.digest(b"text")
    assert len({one.digest(b"text"), one.digest(b"other"), other.digest(b"text")}) == 3


@pytest.mark.parametrize("keys", [[], [""], ["good", ""]])
def test_without_a_key_nothing_is_signed(clock: TickingClock, keys: list[str]) -> None:
    with pytest.raises(ValueError, match="key"):
        Signer(keys, clock)
