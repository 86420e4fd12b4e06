"""Which addresses a connection may reach. Customers type the URL, so it must not lead into our own network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from backend.ports.erp import ErpAddressForbidden, ErpUnavailable

TRANSLATED = IPv6Network("64:ff9b::/96")
TRANSLATED_LOCALLY = IPv6Network("64:ff9b:1::/48")

Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of `host`, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """`allow_private`: the installation itself lives beside its ERP (own servers, the demo). `allowed_hosts`: names
    that may be private all the same. A name is resolved for every new connection and the connection goes to the
    address that was checked, so that a second look-up cannot lead elsewhere."""

    allow_private: bool = False
    allowed_hosts: frozenset[str] = frozenset()
    resolver: Resolver = field(default=resolve)

    def check_url(self, url: str) -> None:
        """Raise ErpAddressForbidden unless it is http(s) with a host and without credentials."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
            raise ErpAddressForbidden("not a plain http(s) address")

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses to connect to. One private address among them forbids the whole name."""
        try:
            found = self.resolver(host, port)
        except OSError as error:
            raise ErpUnavailable("name not found") from error
        if not self.allow_private and host.lower() not in self.allowed_hosts:
            for text in found:
                if not is_public(ip_address(text.partition("%")[0])):
                    raise ErpAddressForbidden("private address")
        return found


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """False for loopback, private, link-local, multicast, reserved and unspecified ones, also inside IPv6 forms."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None or address in TRANSLATED_LOCALLY:
            return inner is not None and is_public(inner)
    return address.is_global and not address.is_multicast
