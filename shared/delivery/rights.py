"""Who may do what at the broker, as data: one account a process, with rights on what is its own.

Patterns are RabbitMQ's: regular expressions that are searched for in the name of a queue or exchange, so each is
anchored. To declare and to delete is to configure; to bind is to write to the queue and to read from the exchange;
what a topic exchange lets through is said by its keys besides.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.delivery import broker
from shared.process.needs import NOWHERE

RPC_EXCHANGE = "nameko-rpc"
# RabbitMQ's name for the exchange without a name, which leads to every queue. Who makes a queue with dead letters to a
# queue needs it, and who sends to one queue alone; what comes that way is believed only from whom it may come.
DEFAULT_EXCHANGE = "amq.default"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NOTHING = "^$"
ANYTHING = "^.+$"
# Of the release before, for all processes at once.
ONE_FOR_ALL = "qingdan"
WATCH = "qingdan-watch"
PORTAL = "qingdan-portal"


@dataclass(frozen=True, slots=True)
class Topic:
    """Which keys an account may write to a topic exchange, and by which it may bind."""

    exchange: str
    write: str = NOTHING
    read: str = NOTHING


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the broker with its patterns; `of` says in words whose it is."""

    name: str
    of: str
    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    topics: tuple[Topic, ...] = ()

    @property
    def setting(self) -> str:
        """The setting of its password."""
        return f"QINGDAN_{self.secret.upper()}_PASSWORD"

    @property
    def secret(self) -> str:
        """The name of its password in a data folder."""
        return f"broker_{self.name.removeprefix('qingdan-').replace('-', '_')}"


def service_account(service: str) -> str:
    """The account of a service's processes."""
    return f"qingdan-service-{service}"


def relay_account(service: str) -> str:
    """The account of the relays of a service's database."""
    return f"qingdan-relay-{service}"


def accounts(words_of_others: Mapping[str, Sequence[str]]) -> tuple[Account, ...]:
    """All accounts; for each service the first words of the types of events that others tell.

    The broker learns this table when it starts, maybe long before a new release is rolled. So it names no type that a
    release adds: a service may hear any, and tell what is not known to be another's. Consumers look closer.
    """
    return (
        _portal(tuple(words_of_others)),
        *(_service(name) for name in words_of_others),
        *(_relay(name, words) for name, words in words_of_others.items()),
        Account(WATCH, "whoever measures the length of queues from outside, by asking for them passively"),
    )


def definitions(
    accounts: Sequence[Account], passwords: Mapping[str, str], patterns: broker.Patterns, *, salt: bytes
) -> dict[str, Any]:
    """What RabbitMQ loads at its start: accounts, and the queues, so that the first event finds them.

    `passwords` are by the name of the account. What is loaded takes no account away, so that of the release before is
    locked where it is not among them: without a password nobody can sign in. RabbitMQ that has something to load makes
    no account by itself, and so no guest.
    """
    is_locked = ONE_FOR_ALL not in {account.name for account in accounts}
    known = [*accounts, *([Account(ONE_FOR_ALL, "nobody any more")] if is_locked else [])]
    return {
        "vhosts": [{"name": "/"}],
        "users": [_user(account, passwords.get(account.name, ""), salt) for account in known],
        "permissions": [
            {"vhost": "/", "user": one.name, "configure": one.configure, "write": one.write, "read": one.read}
            for one in known
        ],
        "topic_permissions": [
            {"vhost": "/", "user": one.name, "exchange": topic.exchange, "write": topic.write, "read": topic.read}
            for one in accounts
            for topic in one.topics
        ],
        **_topology(patterns),
    }


def one_for_all() -> Account:
    """The account of the release before, as long as processes of it run."""
    return Account(ONE_FOR_ALL, "the release before", ".*", ".*", ".*")


def _portal(services: Sequence[str]) -> Account:
    reply = rf"rpc\.reply-{UUID}"
    operation = rf"({'|'.join(services)})\.[a-z_]+"
    keys = Topic(RPC_EXCHANGE, write=_any(operation, re.escape(NOWHERE)), read=_any(UUID))
    own = _any(re.escape(RPC_EXCHANGE), reply)
    return Account(PORTAL, "portals, and the command that makes the example", _any(reply), own, own, (keys,))


def _service(name: str) -> Account:
    calls, loopback = re.escape(f"rpc-{name}"), rf"{name}\.loopback-{UUID}"
    heard, waiting = re.escape(broker.events_queue(name)), rf"{name}\.retry\.[0-9]+s"
    exchanges = (re.escape(RPC_EXCHANGE), re.escape(broker.EXCHANGE))
    return Account(
        service_account(name),
        f"processes of the service {name}",
        configure=_any(*exchanges, calls, loopback, heard, waiting, re.escape(broker.dead_queue(name))),
        write=_any(re.escape(RPC_EXCHANGE), re.escape(DEFAULT_EXCHANGE), calls, heard),
        read=_any(*exchanges, calls, loopback, heard, waiting),
        topics=(
            Topic(RPC_EXCHANGE, write=_any(UUID), read=_any(rf"{name}\.\*")),
            Topic(broker.EXCHANGE, read=ANYTHING),
        ),
    )


def _relay(name: str, words_of_others: Sequence[str]) -> Account:
    heard, waiting = re.escape(broker.events_queue(name)), rf"{name}\.retry\.[0-9]+s"
    asked, dead = re.escape(broker.asked_queue(name)), re.escape(broker.dead_queue(name))
    exchange = re.escape(broker.EXCHANGE)
    return Account(
        relay_account(name),
        f"relays of the database of {name}",
        configure=_any(exchange, asked, dead, heard, waiting),
        write=_any(exchange, re.escape(DEFAULT_EXCHANGE), heard),
        read=_any(exchange, asked, dead, heard, waiting),
        topics=(Topic(broker.EXCHANGE, write=rf"^(?!({'|'.join(words_of_others)})\.).+$", read=ANYTHING),),
    )


def _any(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"


def _user(account: Account, password: str, salt: bytes) -> dict[str, Any]:
    """An account as RabbitMQ keeps it; with an empty hash nobody can sign in by a password."""
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": account.name,
        "password_hash": b64encode(salt + digest).decode() if password else "",
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "",
    }


def _topology(patterns: broker.Patterns) -> dict[str, Any]:
    durable = {"vhost": "/", "durable": True, "auto_delete": False}
    topic = {**durable, "type": "topic", "internal": False, "arguments": {}}
    queues = list(_queues(patterns))
    return {
        "exchanges": [{**topic, "name": name} for name in (RPC_EXCHANGE, broker.EXCHANGE)],
        "queues": [{**durable, "name": queue.name, "arguments": queue.arguments} for queue in queues],
        "bindings": [
            {
                "vhost": "/",
                "source": broker.EXCHANGE,
                "destination": queue.name,
                "destination_type": "queue",
                "routing_key": topic,
                "arguments": {},
            }
            for queue in queues
            for topic in queue.topics
        ],
    }


def _queues(patterns: broker.Patterns) -> Iterator[broker.Queue]:
    for name, topics in patterns.items():
        yield broker.asked(name)
        yield from broker.queues_of(name, topics)
