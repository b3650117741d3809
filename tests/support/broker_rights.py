"""Who may do what at the broker, written by hand: c configures, w writes, r reads; whoever is not named may nothing.

The table of the code makes patterns of names; here the names are written out, so that one is held against the other.
"""

from services.running.broker_accounts import table
from shared.delivery import broker
from shared.process.settings import SERVICES

SOME = "0f0c8a52-7d6e-4a10-9d32-3f4d5b6a7c8d"
PORTAL = "qingdan-portal"
ACCOUNTS = tuple(account.name for account in table())


def _queues() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {
        f"rpc.reply-{SOME}": {PORTAL: "cwr"},
        "rpc.reply-somebody": {},
        "amq.gen-something": {},
        "stranger": {},
        f"stranger.loopback-{SOME}": {},
    }
    for name in SERVICES:
        service, relay = f"qingdan-service-{name}", f"qingdan-relay-{name}"
        found |= {
            f"rpc-{name}": {service: "cwr"},
            f"{name}.events": {service: "cwr", relay: "cwr"},
            f"{name}.dead": {service: "c", relay: "cr"},
            f"{name}.asked": {relay: "cr"},
            f"{name}.loopback-{SOME}": {service: "cr"},
            **{broker.retry_queue(name, delay): {service: "cr", relay: "cr"} for delay in broker.RETRY_DELAYS},
        }
    return found


def _exchanges() -> dict[str, dict[str, str]]:
    services = [f"qingdan-service-{name}" for name in SERVICES]
    relays = [f"qingdan-relay-{name}" for name in SERVICES]
    return {
        "nameko-rpc": {PORTAL: "wr", **dict.fromkeys(services, "cwr")},
        "qingdan.events": {**dict.fromkeys(services, "cr"), **dict.fromkeys(relays, "cwr")},
        "amq.default": dict.fromkeys([*services, *relays], "w"),
        "amq.topic": {},
        "amq.fanout": {},
        "stranger": {},
    }


QUEUES = _queues()
EXCHANGES = _exchanges()
VERBS = {"configure": "c", "write": "w", "read": "r"}

RELAYS = tuple(f"qingdan-relay-{name}" for name in SERVICES)
HEARS = dict.fromkeys((*RELAYS, *(f"qingdan-service-{name}" for name in SERVICES)), "r")

# By key: who may publish under it, and who may bind by it.
KEYS: dict[tuple[str, str], dict[str, str]] = {
    **{("nameko-rpc", f"{name}.who_am_i"): {PORTAL: "w"} for name in SERVICES},
    **{("nameko-rpc", f"{name}.*"): {f"qingdan-service-{name}": "r"} for name in SERVICES},
    ("nameko-rpc", SOME): {PORTAL: "r", **{f"qingdan-service-{name}": "w" for name in SERVICES}},
    ("nameko-rpc", "#"): {},
    ("nameko-rpc", "portal.x"): {},
    # Whatever it hears, its queue is its own; and what a later release tells is known to no table yet.
    ("qingdan.events", "duty.submitted.v1"): {**HEARS, "qingdan-relay-tasks": "wr"},
    ("qingdan.events", "person.changed.v1"): {**HEARS, "qingdan-relay-tasks": "wr"},
    ("qingdan.events", "reminder.sent.v1"): {**HEARS, "qingdan-relay-notifications": "wr"},
    ("qingdan.events", "facts.recorded.v1"): {**HEARS, "qingdan-relay-stats": "wr"},
    ("qingdan.events", "submission.changed.v1"): {**HEARS, "qingdan-relay-stats": "wr"},
    ("qingdan.events", "relay.ticked.v1"): {**HEARS, **dict.fromkeys(RELAYS, "wr")},
    ("qingdan.events", "novelty.seen.v1"): {**HEARS, **dict.fromkeys(RELAYS, "wr")},
}
