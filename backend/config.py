"""Configuration: environment variables with the prefix STOCKGATE_, typed, each with its words for the README.

The defaults are those of everything embedded on a single machine. Secrets never appear in `repr`.
"""

from __future__ import annotations

import os
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError, validate

from backend.domain.errors import StockgateError

PREFIX = "STOCKGATE_"
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("console", "json")


class ConfigError(StockgateError):
    """A variable is missing or cannot be understood. Data: variable. Never carries its value."""

    code = "config"


def _variable(reader: str, default: object, words: str, *, secret: bool = False, **how: Any) -> Any:
    """A field read from STOCKGATE_<NAME>. `reader` names a method of `environs.Env`."""
    factory = {"default_factory": lambda: default} if isinstance(default, (list, tuple)) else {"default": default}
    metadata = {"reader": reader, "words": words, "secret": secret, "how": how}
    return field(repr=not secret, metadata=metadata, **factory)


_PORT = validate.Range(min=0, max=65535)
_COUNT = validate.Range(min=1, max=1000)
_SECONDS = validate.Range(min=1, max=86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting of an installation. Empty REDIS_URL and BROKER_URL mean: embedded, inside DATA_DIR. DATABASE_URL
    and AMOCRM_REDIRECT_URI are filled in from the others where they are empty."""

    public_url: str = _variable(
        "str", "http://127.0.0.1:8001", "How the world (amoCRM, browsers) reaches us; https outside a sandbox."
    )
    data_dir: Path = _variable("path", "var", "Where embedded storage keeps its files.")  # noqa: RUF009
    database_url: str = _variable(
        "str",
        "",
        "`postgresql+psycopg://…` or `sqlite:///…`; empty: SQLite in the data directory.",
        secret=True,
    )
    redis_url: str = _variable("str", "", "`redis://…`; empty: an embedded Redis in the data directory.", secret=True)
    broker_url: str = _variable("str", "", "Job engine: `redis://…` or `amqp://…`; empty: the same Redis.", secret=True)
    secret_keys: tuple[str, ...] = _variable(
        "list",
        (),
        "Fernet keys that seal tokens and passwords and sign links, newest first; empty: one is made and kept in"
        " the data directory (SQLite only).",
        secret=True,
    )
    amocrm_client_id: str = _variable("str", "", "Id of the amoCRM integration.")
    amocrm_client_secret: str = _variable("str", "", "Secret key of the amoCRM integration.", secret=True)
    amocrm_redirect_uri: str = _variable(
        "str", "", "As registered in the integration, letter by letter; empty: PUBLIC_URL/oauth/callback."
    )
    amocrm_authorize_host: str = _variable("str", "www.amocrm.ru", "Serves the page of consent (`www.kommo.com`).")
    amocrm_hosts: tuple[str, ...] = _variable(
        "list", (".amocrm.ru", ".amocrm.com", ".kommo.com"), "Suffixes of hosts that are amoCRM; reached by https."
    )
    amocrm_sandbox_hosts: tuple[str, ...] = _variable(
        "list", (), "Exact `host:port` names of a stand-in of amoCRM, reached by http. Never in production."
    )
    erp_private_hosts: tuple[str, ...] = _variable(
        "list", (), "Host names of customers' ERPs that may lead to private addresses; all others must be public."
    )
    host: str = _variable("str", "127.0.0.1", "Address the web process listens on.")
    port: int = _variable("int", 8001, "Port the web process listens on.", validate=_PORT)
    web_workers: int = _variable("int", 2, "Web processes.", validate=_COUNT)
    web_threads: int = _variable("int", 8, "Threads of a web process.", validate=_COUNT)
    worker_threads: int = _variable(
        "int", 8, "Operations on ERPs, and as many on amoCRM, that a worker process runs at once.", validate=_COUNT
    )
    follow_seconds: int = _variable("int", 60, "How often living orders are read back from the ERP.", validate=_SECONDS)
    metrics_host: str = _variable("str", "127.0.0.1", "Address the figures of `worker` and `clock` are served on.")
    metrics_port: int = _variable(
        "int", 0, "Port for the figures of `worker`; `clock` takes the next one; 0: not served.", validate=_PORT
    )
    alert_url: str = _variable(
        "str", "", "Where alerts are sent to, a small JSON by POST to `https://…`; empty: nowhere.", secret=True
    )
    refresh_seconds: int = _variable(
        "int", 240, "How often the stock of open deals is read again in the background.", validate=_SECONDS
    )
    log_level: str = _variable("str", "info", "debug, info, warning or error.", validate=validate.OneOf(LOG_LEVELS))
    log_format: str = _variable("str", "console", "`console` or `json`.", validate=validate.OneOf(LOG_FORMATS))

    def __post_init__(self) -> None:
        """Raises ConfigError for values that contradict each other."""
        parts = urlsplit(self.public_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ConfigError("not an address", variable=f"{PREFIX}PUBLIC_URL")
        alerts = urlsplit(self.alert_url)
        if self.alert_url and (alerts.scheme not in {"http", "https"} or not alerts.hostname):
            raise ConfigError("not an address", variable=f"{PREFIX}ALERT_URL")
        if any(not one.startswith(".") for one in self.amocrm_hosts):
            raise ConfigError("a suffix begins with a dot", variable=f"{PREFIX}AMOCRM_HOSTS")
        self._derive()

    @property
    def https(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"

    def _derive(self) -> None:
        """What was left empty follows from the rest."""
        self._set("data_dir", Path(self.data_dir))
        self._set("public_url", self.public_url.rstrip("/"))
        if not self.database_url:
            self._set("database_url", f"sqlite:///{self.data_dir / 'stockgate.db'}")
        if not self.amocrm_redirect_uri:
            self._set("amocrm_redirect_uri", f"{self.public_url}/oauth/callback")

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def metrics_folder(config: Config) -> Path:
    """Where the processes of one web server put their figures together."""
    return config.data_dir / "metrics"


def load_config() -> Config:
    """The configuration in the process's environment; empty counts as not set.

    Raises ConfigError, also for a name nobody knows: a misspelt setting must not be without effect in silence.
    """
    known = {f"{PREFIX}{one.name.upper()}": one for one in fields(Config)}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            raise ConfigError("no such setting", variable=name)
    given = {name: one for name, one in known.items() if os.environ.get(name, "").strip()}
    return Config(**{one.name: _read(name, one) for name, one in given.items()})


def _read(name: str, one: Field[Any]) -> Any:
    reader = getattr(Env(), one.metadata["reader"])
    try:
        value = reader(name, **one.metadata["how"])
    except EnvError as bad:
        raise ConfigError(f"{name} cannot be understood as {one.metadata['reader']}", variable=name) from (
            None if one.metadata["secret"] else bad
        )
    return tuple(item.strip() for item in value if item.strip()) if isinstance(value, list) else value


def variables_table() -> str:
    """All variables as a Markdown table, for the README."""
    rows = ["| Variable | Default | What it is |", "|---|---|---|"]
    for one in fields(Config):
        words = f"{one.metadata['words']}{' Secret.' if one.metadata['secret'] else ''}"
        rows.append(f"| `{PREFIX}{one.name.upper()}` | {_shown(_default(one))} | {words} |")
    return "\n".join(rows) + "\n"


def _default(one: Field[Any]) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        value = ",".join(value)
    return f"`{value}`" if value not in ("", None) else ""
