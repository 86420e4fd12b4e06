"""RabbitMQ as the broker; needs the `rabbitmq` extra."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dramatiq.brokers.rabbitmq import RabbitmqBroker

_QUICK = {"connection_attempts": "1", "socket_timeout": "3", "stack_timeout": "5", "blocked_connection_timeout": "5"}


def rabbitmq_broker(url: str) -> RabbitmqBroker:
    """A broker that gives up on a dead server within seconds; whatever the URL's query says goes first."""
    parts = urlsplit(url)
    query = urlencode(_QUICK | dict(parse_qsl(parts.query)))
    return RabbitmqBroker(middleware=[], confirm_delivery=True, url=urlunsplit(parts._replace(query=query)))
