"""Which ERPs there are, what each needs to be connected, and how its adapter is built. A new system is one more
entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from backend.domain.errors import Invalid
from backend.erp.exchange import ExchangeLog, no_log
from backend.erp.http import ErpHttp, HttpLimits
from backend.erp.memory.adapter import MemoryErp
from backend.erp.network import NetworkPolicy
from backend.erp.tryton.adapter import TrytonErp
from backend.erp.tryton.settings import TrytonSettings
from backend.ports.clock import Clock
from backend.ports.connections import ConnectionField, ErpSystem
from backend.ports.erp import ErpPort


class UnknownSystem(Invalid):
    """No such ERP. Data: system."""

    code = "erp_system_unknown"


class BadSetting(Invalid):
    """A connection's setting is missing, unknown or not of its kind. Data: field."""

    code = "erp_setting_bad"


@dataclass(frozen=True, slots=True)
class Tools:
    """What every adapter is given. `policy`: where connections may lead; `log` hears of every request, `breaker` when
    the connection's breaker opens (True) and closes."""

    clock: Clock
    policy: NetworkPolicy
    limits: HttpLimits
    log: ExchangeLog = no_log
    breaker: Callable[[bool], None] = lambda opened: None


@dataclass(frozen=True, slots=True)
class Entry:
    """A system and the way its adapter is built from complete settings."""

    system: ErpSystem
    build: Callable[[Mapping[str, str], Tools], ErpPort]


TEXT, URL, PASSWORD = "text", "url", "password"

TRYTON = ErpSystem(
    "tryton",
    "Tryton",
    (
        ConnectionField("url", URL, secret=False, required=True),
        ConnectionField("database", TEXT, secret=False, required=True),
        ConnectionField("login", TEXT, secret=False, required=True),
        ConnectionField("password", PASSWORD, secret=True, required=True),
    ),
)
MEMORY = ErpSystem("memory", "Memory", ())


@dataclass(frozen=True, slots=True)
class ErpRegistry:
    """The systems of this installation. `memory`: an in-memory ERP, there only where a test or a demonstration gives
    one; it is then the same for every connection."""

    policy: NetworkPolicy
    clock: Clock
    limits: HttpLimits = field(default_factory=HttpLimits)
    memory: MemoryErp | None = None

    def systems(self) -> Sequence[ErpSystem]:
        """What can be connected, in the order to offer it."""
        return [entry.system for entry in self._entries().values()]

    def open(
        self,
        system: str,
        values: Mapping[str, str],
        secrets: Mapping[str, str],
        *,
        log: ExchangeLog = no_log,
        breaker: Callable[[bool], None] = lambda opened: None,
    ) -> ErpPort:
        """An adapter for one connection; keep it, it holds the session. Nothing is called outside. Raises
        UnknownSystem, BadSetting, and ErpAddressForbidden for an address that is none."""
        entry = self._entries().get(system)
        if entry is None:
            raise UnknownSystem(system=system)
        settings = checked(entry.system.fields, values, secrets)
        return entry.build(settings, Tools(self.clock, self.policy, self.limits, log, breaker))

    def _entries(self) -> Mapping[str, Entry]:
        entries = [Entry(TRYTON, _tryton)]
        memory = self.memory
        if memory is not None:
            entries.append(Entry(MEMORY, lambda settings, tools: memory))
        return {entry.system.system: entry for entry in entries}


def checked(
    fields: Sequence[ConnectionField], values: Mapping[str, str], secrets: Mapping[str, str]
) -> Mapping[str, str]:
    """Values and secrets together: each where it belongs, nothing missing, nothing unknown. Raises BadSetting."""
    for given, secret in ((values, False), (secrets, True)):
        unknown = given.keys() - {each.name for each in fields if each.secret is secret}
        if unknown:
            raise BadSetting(field=min(unknown))
    found = {each.name: (secrets if each.secret else values).get(each.name, "") for each in fields}
    for each in fields:
        if each.required and not found[each.name].strip():
            raise BadSetting(field=each.name)
        if each.kind == URL and not _is_url(found[each.name]):
            raise BadSetting(field=each.name)
    return {each.name: found[each.name] if each.secret else found[each.name].strip() for each in fields}


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _tryton(settings: Mapping[str, str], tools: Tools) -> ErpPort:
    found = TrytonSettings(settings["url"], settings["database"], settings["login"], settings["password"])
    http = ErpHttp(found.url, policy=tools.policy, limits=tools.limits, log=tools.log, breaker=tools.breaker)
    return TrytonErp(found, http, tools.clock)
