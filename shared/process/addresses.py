"""How an address that something listens on is written and reached. It imports nothing: probes start often."""

from __future__ import annotations

MONITOR_PORT = 9464


def reachable(host: str) -> str:
    """The address by which this machine reaches what listens on `host`: loopback where it listens on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not opened


def bracketed(host: str) -> str:
    """`host` as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
