"""What each process of a cluster finds in its environment: what it needs, and of secrets nothing else.

Names of settings and no values, so that a test can hold it against what the processes really have.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.process.settings import DATABASES, PREFIX, SERVICES, TESTS

Command = tuple[str, ...]

# Without a secret in them, for every process.
FOR_ALL = frozenset({"QINGDAN_HOME", "QINGDAN_HOST", "QINGDAN_PORT", "QINGDAN_MONITOR_HOST", "QINGDAN_MONITOR_PORT"})
FOR_PORTAL = frozenset(
    {
        *("QINGDAN_PORTAL_KEY", "QINGDAN_HTTPS", "QINGDAN_TRUSTED_PROXY", "QINGDAN_LISTENING_SOCKET"),
        "QINGDAN_HSTS_SUBDOMAINS",
        *("QINGDAN_DRAIN_SECONDS", "QINGDAN_EVIDENCE_STORE", "QINGDAN_EVIDENCE_MEGABYTES", "QINGDAN_VIRUS_SCANNER"),
    }
)
FOR_MESSAGES = frozenset({"QINGDAN_MAIL_SERVER", "QINGDAN_PAGES_URL", "QINGDAN_CHANNELS"})
MIGRATE: Command = ("migrate",)


def settings_for(command: Command) -> frozenset[str]:
    """The settings that the process of a command may have."""
    kind, *names = command
    own = {_database(name) for name in names}
    if kind == "portal":
        return FOR_ALL | FOR_PORTAL | {"QINGDAN_BROKER_URL", _database("portal"), *map(_call_key, SERVICES)}
    if kind == "service":
        messages = FOR_MESSAGES if names == ["notifications"] else frozenset()
        return FOR_ALL | own | messages | {"QINGDAN_BROKER_URL", "QINGDAN_ACCEPT_UNSIGNED", *map(_call_key, names)}
    if kind == "relay":
        return FOR_ALL | own | {"QINGDAN_BROKER_URL", "QINGDAN_AUDIT_HASH"}
    if kind == "issuer":
        return FOR_ALL | {_database("tasks")}
    return FOR_ALL | {_database(f"{name}{whose}") for name in DATABASES for whose in ("", "_owner")}


def environment_for(command: Command, outer: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of the process of a command: `outer` is this process's, `settings` what is set for all."""
    allowed = settings_for(command)
    everything = {**outer, **settings}
    return {
        name: value
        for name, value in everything.items()
        if not name.startswith(PREFIX) or name.startswith(TESTS) or name in allowed
    }


def _database(name: str) -> str:
    return f"QINGDAN_{name.upper()}_DATABASE_URL"


def _call_key(name: str) -> str:
    return f"QINGDAN_{name.upper()}_CALL_KEY"
