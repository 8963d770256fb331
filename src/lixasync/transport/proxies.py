"""Which proxy the environment names for a host."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from lixasync.transport.urls import is_loopback


def environment_proxy(origin: str) -> str | None:
    """Return the proxy for an origin by ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``.

    Loopback has none: another machine could not reach it.

    Args:
        origin: Scheme, host and port, such as ``https://api.lix-it.com``.
    """
    parts = urlsplit(origin)
    if is_loopback(parts.hostname or ""):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
