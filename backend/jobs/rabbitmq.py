"""RabbitMQ as the broker; needs the `rabbitmq` extra."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pika.exceptions
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.errors import ConnectionClosed

_QUICK = {"connection_attempts": "1", "socket_timeout": "3", "stack_timeout": "5", "blocked_connection_timeout": "5"}


class RabbitMq(RabbitmqBroker):
    """RabbitMQ as the broker, and a count."""

    def waiting(self, queue: str) -> int:
        """A connection nobody used for a minute is closed by the server: then once more, with a new one."""
        try:
            return self._count(queue)
        except ConnectionClosed:
            return self._count(queue)

    def _count(self, queue: str) -> int:
        try:
            return int(self.get_queue_message_counts(queue)[0])
        except (pika.exceptions.AMQPConnectionError, pika.exceptions.AMQPChannelError) as error:
            del self.connection
            raise ConnectionClosed(error) from None


def rabbitmq_broker(url: str) -> RabbitMq:
    """A broker that gives up on a dead server within seconds; whatever the URL's query says goes first."""
    parts = urlsplit(url)
    query = urlencode(_QUICK | dict(parse_qsl(parts.query)))
    return RabbitMq(middleware=[], confirm_delivery=True, url=urlunsplit(parts._replace(query=query)))
