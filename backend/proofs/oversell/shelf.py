"""The ERP of the sellers: on hand and reserved of each product, shared by processes. It believes whoever asks; that
nobody asks for too much is what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from multiprocessing.context import BaseContext


class Shelf:
    """Whole pieces by product number. Given to a child process when it is started."""

    def __init__(self, context: BaseContext, on_hand: Sequence[int]) -> None:
        self._on_hand = context.Array("q", list(on_hand))
        self._reserved = context.Array("q", [0] * len(on_hand), lock=False)

    def free(self) -> list[int]:
        """On hand − reserved of every product, at one moment."""
        with self._on_hand.get_lock():
            return [there - taken for there, taken in zip(list(self._on_hand), self._reserved, strict=True)]

    def reserve(self, pieces: Mapping[int, int]) -> None:
        self._change(pieces, reserved=1)

    def give_back(self, pieces: Mapping[int, int]) -> None:
        """A reserve that will not be shipped."""
        self._change(pieces, reserved=-1)

    def ship(self, pieces: Mapping[int, int]) -> None:
        self._change(pieces, reserved=-1, on_hand=-1)

    def restock(self, product: int, pieces: int) -> None:
        self._change({product: pieces}, on_hand=1)

    def _change(self, pieces: Mapping[int, int], *, reserved: int = 0, on_hand: int = 0) -> None:
        with self._on_hand.get_lock():
            for product, quantity in pieces.items():
                self._reserved[product] += reserved * quantity
                self._on_hand[product] += on_hand * quantity
