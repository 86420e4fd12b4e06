"""Who plugs what into what. The only place that knows every part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import dramatiq
from prometheus_client.registry import Collector

from backend.alert_post import AlertPost
from backend.alert_watch import watch_alerts
from backend.amocrm.connector import AmoConnector
from backend.amocrm.keeper import LiveTokens
from backend.amocrm.oauth import OAuth
from backend.amocrm.platform import Integration, Platform
from backend.amocrm.webhooks import deal_hints
from backend.amocrm.widget_token import WidgetTokenVerifier
from backend.api.context import ApiContext, HealthCheck
from backend.api.signing import Signer
from backend.config import PREFIX, Config, ConfigError
from backend.connections import CrmHub, CrmParts, ErpHub
from backend.crm_alarms import CrmAlarms
from backend.erp.http import HttpLimits
from backend.erp.network import NetworkPolicy
from backend.erp.registry import ErpRegistry
from backend.erp_alarms import ErpAlarms
from backend.exchange_journal import ExchangeJournal
from backend.jobs.aside import AsideAnnouncer
from backend.jobs.engine import DramatiqAnnouncer, make_broker
from backend.jobs.rest import Rest
from backend.jobs.runner import OperationRunner
from backend.jobs.schedule import Periodic, Schedule
from backend.jobs.serve import Part
from backend.jobs.sweep import EVERY as SWEEP_EVERY
from backend.jobs.sweep import Sweep
from backend.jobs.work import Work
from backend.metrics_server import MetricsServer
from backend.operations import handlers, mourner
from backend.ports.clock import Clock
from backend.ports.connections import CrmConnections, ErpConnections
from backend.ports.current import CarryingPool
from backend.ports.tokens import Priority
from backend.process_figures import InstallationFigures
from backend.services.decide_approval import expire_approvals
from backend.services.deps import Services
from backend.services.follow_orders import follow_all
from backend.services.keep_picture import KEPT_FOR
from backend.services.keep_subscription import check_subscriptions
from backend.services.operations.purge import purge_operations
from backend.services.refresh_stock import refresh_all
from backend.services.reread_deals import reread_all
from backend.services.tend_inbox import purge_hooks, wake_forgotten
from backend.services.watch_alerts import forget_alerts
from backend.storage import SecretBox, SqlStore, make_engine
from backend.storage.keyfile import encryption_keys
from backend.storage.redis.budget import RedisRateBudget
from backend.storage.redis.cache import RedisCache
from backend.storage.redis.embedded import EmbeddedRedis
from backend.storage.redis.line import RedisLine
from backend.storage.redis.seen import EVERY as SEEN_EVERY
from backend.storage.redis.seen import RedisSeen
from backend.storage.refresh_lock import SqlRefreshLock
from backend.storage.tokens import SqlTokenStore

CALLS_SIDE_BY_SIDE = 32


class SystemClock:
    """Implements `ports.clock.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands outside instead of customers' ERPs and amoCRM: the proofs give their own."""

    erps: ErpConnections
    crms: CrmConnections


@dataclass(frozen=True, slots=True)
class Container:
    """One process's parts, ready to serve."""

    config: Config
    services: Services
    store: SqlStore
    broker: dramatiq.Broker
    announcer: AsideAnnouncer
    clock: Clock
    api: ApiContext
    seen: RedisSeen
    budget: RedisRateBudget


@contextmanager
def container(
    config: Config, *, priority: Priority, outside: Outside | None = None, clock: Clock | None = None
) -> Iterator[Container]:
    """Everything plugged together for the time of the block. `priority`: for whom this process asks the CRM. `outside`
    and `clock`: others than the real ones.

    Raises ConfigError without the integration's secret: no token of a widget could be verified.
    """
    require_secret(config)
    with ExitStack() as stack:
        yield _build(config, priority, stack, outside, clock or SystemClock())


def require_secret(config: Config) -> None:
    """Raises ConfigError without the integration's secret."""
    if not config.amocrm_client_secret:
        raise ConfigError("the integration's secret key is missing", variable=f"{PREFIX}AMOCRM_CLIENT_SECRET")


def _build(config: Config, priority: Priority, stack: ExitStack, outside: Outside | None, clock: Clock) -> Container:
    redis_url = own_redis(config, stack)
    keys = encryption_keys(
        config.secret_keys, database_url=config.database_url, key_file=config.data_dir / "secret.key"
    )
    box = SecretBox(keys)
    engine = make_engine(config.database_url)
    broker = make_broker(config.broker_url or redis_url)
    stack.callback(broker.close)
    announcer = stack.enter_context(AsideAnnouncer(DramatiqAnnouncer(broker)).running())
    store = SqlStore(engine, clock=clock, box=box, announcer=announcer)
    stack.callback(store.close)
    line = RedisLine(redis_url)
    stack.callback(line.close)
    journal = stack.enter_context(ExchangeJournal(store, clock).running())
    pool = stack.enter_context(CarryingPool(CALLS_SIDE_BY_SIDE, thread_name_prefix="side"))
    integration = Integration(config.amocrm_client_id, config.amocrm_client_secret, config.amocrm_redirect_uri)
    platform = Platform(
        suffixes=tuple(config.amocrm_hosts),
        insecure_hosts=frozenset(config.amocrm_sandbox_hosts),
        authorize_host=config.amocrm_authorize_host,
    )
    oauth = OAuth(integration, platform, clock)
    tokens = SqlTokenStore(engine, box)
    live = LiveTokens(tokens, SqlRefreshLock(engine, clock), oauth, clock)
    budget = RedisRateBudget(line, clock)
    alarms = CrmAlarms(store, clock, journal.crm)
    crms = CrmHub(
        store,
        CrmParts(live, budget, platform, integration, clock, pool, priority, alarms),
    )
    policy = NetworkPolicy(allowed_hosts=frozenset(config.erp_private_hosts))
    limits = HttpLimits(at_once=max(2, config.web_threads // 2))
    registry = ErpRegistry(policy=policy, clock=clock, limits=limits)
    erps = ErpHub(store, registry, journal, ErpAlarms(store, clock))
    around = outside or Outside(erps, crms)
    services = Services(
        store=store,
        erps=around.erps,
        crms=around.crms,
        cache=RedisCache(line),
        clock=clock,
        pool=pool,
        public_url=config.public_url,
        hinted_deals=deal_hints,
        alert_sink=AlertPost(config.alert_url) if config.alert_url else None,
    )
    api = ApiContext(
        services=services,
        widget_tokens=WidgetTokenVerifier(integration, platform, tokens, clock, live.lives_at),
        connector=AmoConnector(integration, platform, oauth),
        token_store=tokens,
        signer=Signer(keys, clock),
        public_url=config.public_url,
        platform_suffixes=config.amocrm_hosts,
        sandbox_hosts=config.amocrm_sandbox_hosts,
        health=_health(store, line),
        version=version("stockgate"),
    )
    return Container(config, services, store, broker, announcer, clock, api, RedisSeen(line), budget)


def worker_parts(parts: Container) -> Sequence[Part]:
    """What a `worker` process runs."""
    runner = OperationRunner(parts.store, parts.clock, handlers(parts.services), mourner=mourner(parts.services))
    seen = Periodic("seen", SEEN_EVERY, lambda: parts.seen.beat("worker"))
    work = Work(parts.broker, runner, threads=parts.config.worker_threads)
    return [work, Schedule([seen]), *_metrics_of(parts, 0)]


def clock_parts(parts: Container) -> Sequence[Part]:
    """What a `clock` process runs. Two of them do no harm."""
    services = parts.services
    follow_every = timedelta(seconds=parts.config.follow_seconds)
    refresh_every = timedelta(seconds=parts.config.refresh_seconds)
    rest = Rest()
    sweep = Sweep(parts.store, parts.clock, parts.announcer)
    return [
        Schedule(
            [
                Periodic("sweep", SWEEP_EVERY, sweep),
                Periodic("follow_orders", follow_every, lambda: follow_all(services, every=follow_every)),
                Periodic("refresh_stock", refresh_every, lambda: refresh_all(services, every=refresh_every, rest=rest)),
                Periodic("wake_forgotten", timedelta(seconds=30), lambda: wake_forgotten(services)),
                Periodic("reread_deals", timedelta(minutes=3), lambda: reread_all(services)),
                Periodic("check_subscriptions", timedelta(minutes=10), lambda: check_subscriptions(services)),
                Periodic("purge_hooks", timedelta(hours=1), lambda: purge_hooks(services)),
                Periodic("purge_operations", timedelta(hours=1), lambda: purge_operations(services)),
                Periodic("expire_approvals", timedelta(seconds=30), lambda: expire_approvals(services)),
                Periodic("alerts", timedelta(seconds=5), lambda: watch_alerts(services)),
                Periodic("seen", SEEN_EVERY, lambda: parts.seen.beat("clock")),
                Periodic("purge_answers", timedelta(hours=1), lambda: _purge(services)),
            ]
        ),
        rest,
        *_metrics_of(parts, 1, InstallationFigures(parts.store, parts.clock, parts.budget.left)),
    ]


def _metrics_of(parts: Container, above: int, *more: Collector) -> Sequence[Part]:
    """A server of figures, `above` the configured port; none where none is configured."""
    port = parts.config.metrics_port
    return [MetricsServer(parts.config.metrics_host, port + above, more)] if port else []


def own_redis(config: Config, stack: ExitStack) -> str:
    """The address of the configured Redis; else of the embedded one, which runs at least until the stack is closed."""
    if config.redis_url:
        return config.redis_url
    embedded = EmbeddedRedis(config.data_dir / "redis")
    embedded.start()
    stack.callback(embedded.stop)
    return embedded.url


def _health(store: SqlStore, line: RedisLine) -> Sequence[HealthCheck]:
    return [
        HealthCheck("database", store.health),
        HealthCheck("redis", line.answers, required=False),
    ]


def _purge(services: Services) -> Mapping[str, int]:
    now = services.clock.now()
    with services.store.write() as unit:
        answers = unit.idempotency.purge(now=now)
        pictures = unit.pictures.purge(before=now - KEPT_FOR)
        holds = unit.holds.purge(reflected_before=now - timedelta(hours=1), released_before=now - timedelta(days=1))
    return {"answers": answers, "pictures": pictures, "holds": holds, "alerts": forget_alerts(services)}
