"""Settings from the environment, read once at the start of a process and passed on; nothing else reads os.environ.

A malformed one stops the process with a sentence that names it and its default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHORTEST_KEY = 16


class SettingError(SystemExit):
    """A setting is missing or malformed; the message is what the operator reads."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds the embedded database and secrets; URLs and the portal's key are set in the distributed mode only.

    `is_https` says that browsers reach the portal by TLS only, so that its cookies never travel in the clear.
    """

    home: Path
    port: int
    host: str
    broker_url: str
    database_urls: Mapping[str, str]
    portal_key: str = ""
    is_https: bool = False

    def database_url(self, service: str) -> str:
        url = self.database_urls.get(service, "")
        if not url:
            name = f"QINGDAN_{service.upper()}_DATABASE_URL"
            raise SettingError(f"{name} is not set. Set it to postgresql://user:password@host/name; it has no default.")
        return url

    def required_broker_url(self) -> str:
        if not self.broker_url:
            raise SettingError(
                "QINGDAN_BROKER_URL is not set. Set it to amqp://user:password@host/vhost; it has no default."
            )
        return self.broker_url

    def required_portal_key(self) -> bytes:
        if len(self.portal_key) < SHORTEST_KEY:
            raise SettingError(
                "QINGDAN_PORTAL_KEY is not set or shorter than 16 characters. Set it to a long random text, the same "
                "for every portal process; it has no default."
            )
        return self.portal_key.encode()


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; SettingError for a malformed one."""
    env = os.environ if environment is None else environment
    return Settings(
        home=Path(env.get("QINGDAN_HOME") or ".qingdan").expanduser().absolute(),
        port=_port(env.get("QINGDAN_PORT") or "8080"),
        host=env.get("QINGDAN_HOST") or "127.0.0.1",
        broker_url=_url(env, "QINGDAN_BROKER_URL", "amqp"),
        database_urls={
            service: _url(env, f"QINGDAN_{service.upper()}_DATABASE_URL", "postgresql")
            for service in ("tasks", "notifications", "stats", "portal")
        },
        portal_key=env.get("QINGDAN_PORTAL_KEY", ""),
        is_https=_yes(env, "QINGDAN_HTTPS"),
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise SettingError(f"QINGDAN_PORT is {text!r}, which is no port number from 1 to 65535. The default is 8080.")
    return int(text)


def _yes(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name) or "no"
    if value not in {"yes", "no"}:
        raise SettingError(f"{name} is {value!r}; it must be yes or no. The default is no.")
    return value == "yes"


def _url(env: Mapping[str, str], name: str, scheme: str) -> str:
    url = env.get(name, "")
    if url and not url.startswith(f"{scheme}://"):
        found = url.split("://", maxsplit=1)[0]
        raise SettingError(f"{name} starts with {found!r}; it must start with {scheme}://. It has no default.")
    return url
