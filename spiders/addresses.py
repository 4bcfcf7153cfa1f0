"""The address guard: no request leaves for a private address unless it was allowed by name."""

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddressError(IgnoreRequest):
    """Refuse a request to an address that is not on the public internet."""


_refused: dict[str, str] = {}
"""Why a name was not resolved: Twisted tells its callers only that it was not."""


class GuardedResolver(CachingThreadedResolver):
    """Resolve names, and refuse those that lead to a private address.

    The connection is made to the very address that was judged, so a name that changes its
    answer in between gains nothing.
    """

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, allowed: Iterable[str] = ()
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allowed = {_split_host(host)[0] for host in allowed}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Read the cache's size, the time limit and the allowed hosts from the settings."""
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(
            reactor, size, settings.getfloat("DNS_TIMEOUT"), settings.getlist("ALLOWED_HOSTS")
        )

    def getHostByName(  # noqa: N802 - Twisted's name
        self, name: str, timeout: Sequence[int] = ()
    ) -> Deferred[str]:
        """Resolve a name to a public address, or fail."""
        resolved = super().getHostByName(name, timeout)
        return resolved.addCallback(self._judge, name)

    def _judge(self, address: str, name: str) -> str:
        if name.lower() not in self._allowed and not is_public(address):
            _refused[name.lower()] = _refusal(name, address)
            raise DNSLookupError(_refused[name.lower()])
        return address


class AddressGuard:
    """Downloader middleware: refuse addresses written as numbers, which no resolver sees.

    It stands beside the retries, so that a refusal of the resolver is told and not tried again.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = {_split_host(host) for host in allowed}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the allowed hosts from the settings."""
        return cls(crawler.settings.getlist("ALLOWED_HOSTS"))

    def process_request(self, request: Request) -> None:
        """Let a request pass, or raise ForbiddenAddressError."""
        parts = urlsplit(request.url)
        host = (parts.hostname or "").lower()
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        if (host, port) in self._allowed:
            return
        is_allowed_elsewhere = any(host == name for name, _ in self._allowed)
        if is_allowed_elsewhere or not (_literal(host) is None or is_public(host)):
            raise ForbiddenAddressError(_refusal(f"{host}:{port}", host))

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Turn a failed look-up that was a refusal into ForbiddenAddressError."""
        host = (urlsplit(request.url).hostname or "").lower()
        if host in _refused and not isinstance(exception, ForbiddenAddressError):
            raise ForbiddenAddressError(_refused[host]) from exception


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet, looking through tunnel forms.

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("192.0.78.9")
    (False, False, True)
    """
    ip = _literal(address)
    if ip is None:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _split_host(host: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{host}")
    return (parts.hostname or "").lower(), parts.port


def _refusal(name: str, address: str) -> str:
    return (
        f"{name} is not on the public internet ({address}), so nothing was sent. "
        f"If you mean it, allow it with --allow-host HOST:PORT"
    )
