"""Every proof there is. A new one is a file of its own with a `Provable`, and a line here."""

from __future__ import annotations

from collections.abc import Sequence

import click

from backend.proofs.command import Provable, command
from backend.proofs.once import proof as once
from backend.proofs.outage import proof as outage
from backend.proofs.oversell import proof as oversell
from backend.proofs.recovery import proof as recovery
from backend.proofs.webhooks import proof as webhooks

PROVABLE: Sequence[Provable] = (once.PROVABLE, outage.PROVABLE, oversell.PROVABLE, recovery.PROVABLE, webhooks.PROVABLE)


@click.group()
def prove() -> None:
    """Prove a promise of the product, with figures; exit status 1 when it does not hold."""


for _each in PROVABLE:
    prove.add_command(command(_each))
