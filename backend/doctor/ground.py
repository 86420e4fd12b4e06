"""What everything stands on: keys, database, disk, Redis. Looked at without making or starting anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.engine import make_url

from backend.config import Config
from backend.doctor.finding import Finding, ok, unhealthy, unknown
from backend.domain.errors import StockgateError
from backend.storage import SecretBox, make_engine
from backend.storage.engine import transaction
from backend.storage.keyfile import encryption_keys
from backend.storage.migrate import is_current
from backend.storage.redis.embedded import EmbeddedRedis

LITTLE = 2 * 1024**3
"""Bytes of free disk below which SQLite may soon be unable to write."""


def look_at_ground(config: Config) -> Iterator[Finding]:
    """One finding for each part of it."""
    yield _secrets(config)
    yield _keys(config)
    yield _database(config)
    yield _disk(config)
    yield _redis(config)


def _secrets(config: Config) -> Finding:
    missing = [
        name
        for name, value in (
            ("STOCKGATE_AMOCRM_CLIENT_ID", config.amocrm_client_id),
            ("STOCKGATE_AMOCRM_CLIENT_SECRET", config.amocrm_client_secret),
        )
        if not value
    ]
    if missing:
        todo = "copy it from the integration's page in amoCRM"
        return unhealthy("configuration", f"not set: {', '.join(missing)}", todo)
    if not config.https and not config.amocrm_sandbox_hosts:
        return unhealthy(
            "configuration", "STOCKGATE_PUBLIC_URL is not https", "put a proxy with a certificate in front"
        )
    return ok("configuration", "complete")


def _keys(config: Config) -> Finding:
    file = config.data_dir / "secret.key"
    if not config.secret_keys and _sqlite_file(config) is not None and not file.exists():
        return unknown("keys", "no key yet: the first start makes one")
    try:
        SecretBox(encryption_keys(config.secret_keys, database_url=config.database_url, key_file=file))
    except (StockgateError, OSError) as error:
        said = getattr(error, "detail", "") or type(error).__name__
        return unhealthy("keys", said, "put the key back from its back-up, readable by the service's user alone")
    return ok("keys", "readable")


def _database(config: Config) -> Finding:
    file = _sqlite_file(config)
    if file is not None and not file.exists():
        return unhealthy("database", "there is no database yet", "run `stockgate migrate`")
    engine = make_engine(config.database_url, busy=timedelta(seconds=5))
    try:
        with transaction(engine, writes=True) as connection:
            current = is_current(connection)
    except StockgateError as error:
        todo = "is it running, reachable, writable, and is there room on its disk?"
        return unhealthy("database", f"takes no part: {error.detail or error.code}", todo)
    finally:
        engine.dispose()
    if not current:
        return unhealthy("database", "its schema is another version's", "run `stockgate migrate`, restart all")
    return ok("database", "answers, takes writes, schema current")


def _disk(config: Config) -> Finding:
    file = _sqlite_file(config)
    place = file.parent if file is not None else config.data_dir
    if not place.exists():
        return unknown("disk", f"{place} does not exist yet")
    free = shutil.disk_usage(place).free
    said = f"{free / 1024**3:.1f} GB free"
    if free < LITTLE:
        return unhealthy("disk", said, "make room: without it nothing can be written")
    return ok("disk", said)


def _redis(config: Config) -> Finding:
    if not config.redis_url:
        if EmbeddedRedis(config.data_dir / "redis").answers():
            return ok("redis", "the embedded one answers")
        return unhealthy("redis", "the embedded one does not run", "it runs with any of our processes: start them")
    once = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(config.redis_url, socket_connect_timeout=2, socket_timeout=2, retry=once) as client:
        try:
            client.ping()
        except (redis.RedisError, OSError) as error:
            todo = "start it; until then panels have no cached figures and the request budget is counted per process"
            return unhealthy("redis", f"does not answer ({type(error).__name__})", todo)
    return ok("redis", "answers")


def _sqlite_file(config: Config) -> Path | None:
    url = make_url(config.database_url)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
