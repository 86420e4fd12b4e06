"""A fingerprint of what a person saw and agreed to: basket, split, prices and customer (R7, R9)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from backend.domain.picture import LinePicture, Part
from backend.domain.quantity import plain


def basket_fingerprint(
    lines: Sequence[LinePicture], *, amounts: Mapping[str, str], customer: Sequence[str], total: str
) -> str:
    """Stable over time, and whatever the order of the lines, for the same basket, split, prices and customer.

    `amounts`: line sums by line id, `total` with its currency, both as text. Stock figures are not in it: an approval
    tolerates their drift by its own rule, and an order is checked again live.
    """
    basket = [
        [
            picture.line.line_id,
            picture.line.product.id if picture.line.product else "",
            plain(picture.line.quantity),
            picture.line.unit.id if picture.line.unit else "",
            [_part(one.part) for one in picture.parts],
            amounts.get(picture.line.line_id, ""),
        ]
        for picture in sorted(lines, key=lambda one: one.line.line_id)
    ]
    text = json.dumps([basket, list(customer), total], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _part(part: Part) -> Sequence[str]:
    return [part.warehouse_id, plain(part.quantity), part.wanted_on.isoformat() if part.wanted_on else ""]
