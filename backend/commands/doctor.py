"""`stockgate doctor`: what is unhealthy, and what to do."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from backend.config import load_config
from backend.doctor.examine import examine
from backend.doctor.finding import Verdict, as_json, healthy
from backend.logs import configure_logs

_COLOURS = {Verdict.OK: "green", Verdict.UNHEALTHY: "red", Verdict.UNKNOWN: "yellow"}


@click.command()
@click.option("--json", "machines", is_flag=True, help="For machines.")
def doctor(machines: bool) -> None:
    """What is unhealthy and what to do. Changes nothing; exit status 1 where something is unhealthy."""
    config = load_config()
    configure_logs(config)
    findings = examine(config)
    if machines:
        click.echo(json.dumps(as_json(findings), ensure_ascii=False, indent=1))
    else:
        table = Table(show_lines=True)
        for name in ("check", "verdict", "found", "what to do"):
            table.add_column(name, overflow="fold")
        for one in findings:
            colour = _COLOURS[one.verdict]
            table.add_row(one.check, f"[{colour}]{one.verdict}[/{colour}]", escape(one.found), escape(one.todo))
        Console().print(table)
    if not healthy(findings):
        raise SystemExit(1)
