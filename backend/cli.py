"""`stockgate`: the command line of operations."""

from __future__ import annotations

import os
import sys

import click

from backend.bootstrap import clock_parts, container, require_secret, worker_parts
from backend.commands.doctor import doctor
from backend.commands.operations import operations
from backend.config import Config, ConfigError, load_config, metrics_folder, variables_table
from backend.jobs.serve import serve
from backend.logs import configure_logs
from backend.ports.tokens import Priority
from backend.proofs.registry import prove
from backend.storage import upgrade
from backend.storage.errors import KeyMissing, KeyUnusable

FIGURES_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The metrics library looks at it once, when it is imported."""


class Told(click.Group):
    """A configuration that cannot work is told in a line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ConfigError, KeyMissing, KeyUnusable) as error:
            about = ", ".join(str(one) for one in error.data.values())
            raise click.ClickException(f"{error.detail or error.code}: {about}" if about else str(error)) from error


@click.group(cls=Told)
def main() -> None:
    """Stockgate: live ERP stock, reserves and documents in the amoCRM deal card."""


@main.command()
def migrate() -> None:
    """Bring the database up to the newest schema (the release step)."""
    _migrate(load_config())
    click.echo("The database is up to date.")


@main.command("serve")
def serve_all() -> None:
    """Everything in one: bring the database up to date, then web, worker and clock until stopped."""
    config = load_config()
    require_secret(config)
    _migrate(config)
    figures = metrics_folder(config)
    figures.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "gunicorn", "--config", "python:backend.serve_conf", "backend.wsgi:app"]
    os.execve(command[0], command, {**os.environ, FIGURES_VARIABLE: str(figures)})  # noqa: S606 (our own words)


@main.command()
def worker() -> None:
    """Run operations until stopped."""
    config = load_config()
    configure_logs(config)
    with container(config, priority=Priority.BACKGROUND) as parts:
        serve(worker_parts(parts))


@main.command()
def clock() -> None:
    """Run what happens again and again, until stopped."""
    config = load_config()
    configure_logs(config)
    with container(config, priority=Priority.BACKGROUND) as parts:
        serve(clock_parts(parts))


@main.command("config")
def show_config() -> None:
    """Every variable, its default and its meaning, as a Markdown table."""
    click.echo(variables_table())


main.add_command(doctor)
main.add_command(operations)
main.add_command(prove)


def _migrate(config: Config) -> None:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(config.database_url)


if __name__ == "__main__":
    main()
