"""`stockgate operations`: what waits and what failed, from the server's own command line."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from backend.bootstrap import container
from backend.config import load_config
from backend.domain.errors import StockgateError
from backend.logs import configure_logs
from backend.ports.store import OperationSearch, OperationState
from backend.ports.tokens import Priority
from backend.services.deps import Services
from backend.services.operations.desk import Desk
from backend.services.operations.dismiss import dismiss_operation
from backend.services.operations.retry import retry_operation
from backend.services.operations.show import MOST, list_operations, show_operation
from backend.services.panel.texts import Json

_STATES = click.Choice([str(state) for state in OperationState])
_COLOURS = {"dead": "red", "running": "green", "dismissed": "dim", "done": "dim"}
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group()
def operations() -> None:
    """What waits, what failed and why; again, or away with it. Of all accounts: keep the server's shell to yourself."""


@operations.command("list")
@click.option("--account", type=int, help="Of this account only.")
@click.option("--state", "states", multiple=True, type=_STATES, help="In this state; may be repeated.")
@click.option("--kind", "kinds", multiple=True, help="Of this kind, as `order.place`; may be repeated.")
@click.option("--deal", "deal_id", type=int, help="Of this deal.")
@click.option("--text", default="", help="In the error's code or detail.")
@click.option("--before", type=int, help="The page after the one that ended with `next`.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True)
@_AS_JSON
def list_command(account: int | None, states: Sequence[str], as_json: bool, **wanted: Any) -> None:
    """Operations that fit, newest first."""
    search = OperationSearch(account_id=account, states=[OperationState(one) for one in states], **wanted)
    with _services() as services:
        told: Any = list_operations(services, _desk(), search)
    if as_json:
        _print(told)
        return
    console = Console()
    console.print(_table(told["operations"]))
    if told["next"]:
        console.print(f"more: --before {told['next']}", highlight=False)


@operations.command("show")
@click.argument("operation_id")
@_AS_JSON
def show_command(operation_id: str, as_json: bool) -> None:
    """One with its exchanges. What is personal or secret is masked."""
    with _services() as services:
        told: Any = show_operation(services, _desk(), operation_id)
    if as_json:
        _print(told)
    else:
        _show(told)


@operations.command("retry")
@click.argument("operation_ids", nargs=-1, required=True)
@_AS_JSON
def retry_command(operation_ids: Sequence[str], as_json: bool) -> None:
    """Once more: dead ones live again, waiting ones are due now."""
    _each(operation_ids, retry_operation, as_json)


@operations.command("dismiss")
@click.argument("operation_ids", nargs=-1, required=True)
@click.option("--why", required=True, help="Kept with the operation and in the journal; a deal may be told.")
@_AS_JSON
def dismiss_command(operation_ids: Sequence[str], why: str, as_json: bool) -> None:
    """Never again."""
    if not why.strip():
        raise click.ClickException("say why")

    def dismiss(services: Services, desk: Desk, operation_id: str) -> Json:
        return dismiss_operation(services, desk, operation_id, why.strip())

    _each(operation_ids, dismiss, as_json)


@contextmanager
def _services() -> Iterator[Services]:
    """The installation's, for the time of the block. A refusal is told in a line."""
    config = load_config()
    configure_logs(config)
    try:
        with container(config, priority=Priority.BACKGROUND) as parts:
            yield parts.services
    except StockgateError as error:
        raise click.ClickException(_said(error)) from error


def _desk() -> Desk:
    return Desk(None, None, _who())


def _who() -> str:
    """The user's name; in a container a user may have a number only."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _each(operation_ids: Sequence[str], act: Callable[[Services, Desk, str], Json], as_json: bool) -> None:
    """One after another; what is refused does not stop the rest, but is told by the exit status."""
    done: list[Json] = []
    refused: list[Json] = []
    with _services() as services:
        for operation_id in operation_ids:
            try:
                done.append(act(services, _desk(), operation_id))
            except StockgateError as error:
                refused.append({"id": operation_id, "code": error.code, "params": dict(error.data)})
                click.echo(f"{operation_id}: {_said(error)}", err=True)
    if as_json:
        _print({"operations": done, "refused": refused})
    else:
        for one in done:
            click.echo(f"{one['id']}: {one['kind']} is {one['state']}")
    if refused:
        raise SystemExit(1)


def _said(error: StockgateError) -> str:
    """What its class means, in its own words."""
    meaning = " ".join((type(error).__doc__ or "").partition("Data:")[0].split())
    about = ", ".join(f"{name}: {value}" for name, value in error.data.items())
    return f"{error.code}: {meaning}{f' ({about})' if about else ''}"


def _print(told: Json) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table()
    for name in ("id", "account", "deal", "kind", "state", "tries", "due", "error"):
        table.add_column(name, overflow="fold")
    for row in rows:
        error = row["error"]["code"] if row["error"] else ""
        deal = str(row["deal_id"] or "")
        due = row["due_at"] if row["state"] == "waiting" else row["ended_at"] or ""
        cells = (row["id"], str(row["account_id"]), deal, row["kind"], row["state"], str(row["attempts"]), due, error)
        table.add_row(*(escape(cell) for cell in cells), style=_COLOURS.get(row["state"]))
    return table


def _show(told: Mapping[str, Any]) -> None:
    console = Console()
    facts = Table(show_header=False, box=None)
    for name, value in told.items():
        if name != "journal":
            facts.add_row(name, escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    console.print(facts)
    entries = Table(title="journal", title_justify="left")
    for name in ("at", "kind", "what"):
        entries.add_column(name, overflow="fold")
    for one in told["journal"]:
        what = ", ".join(f"{name} {value}" for name, value in one["data"].items() if value not in (None, ""))
        entries.add_row(one["at"], one["kind"], escape(what))
    console.print(entries)
