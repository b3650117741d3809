"""Each account of the broker tries everything that there is, on a real one: what it may, and nothing else."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker, ProbableAccessDeniedError, ProbableAuthenticationError

from services.running import broker_accounts
from services.running.registry import topology
from shared.calling.caller import Call
from shared.calling.proof import Signer
from shared.calling.rpc import RpcCaller
from shared.delivery import broker, publishing
from shared.delivery.publishing import BrokerLink, Outgoing
from shared.errors import BrokerAway, NoAnswer
from shared.process.server_checks import BrokerCheck
from tests.support.broker_rights import ACCOUNTS, EXCHANGES, KEYS, QUEUES
from tests.support.rabbitmq import RabbitServer, vhost_of

REFUSED = 403
TYPES = {exchange["name"]: exchange["type"] for exchange in json.loads(broker_accounts.definitions({}))["exchanges"]}
QUEUES_AS_DECLARED = {
    queue.name: queue.arguments
    for name, topics in topology().items()
    for queue in (broker.asked(name), *broker.queues_of(name, topics))
}


@dataclass
class House:
    """A virtual host with what the definitions hold."""

    rabbit: RabbitServer
    vhost: str
    passwords: dict[str, str]

    def url(self, account: str) -> str:
        vhost = quote(self.vhost, safe="")
        return f"amqp://{account}:{self.passwords[account]}@127.0.0.1:{self.rabbit.port}/{vhost}"


@pytest.fixture(scope="module")
def house(rabbit_server: RabbitServer) -> Iterator[House]:
    vhost = vhost_of(rabbit_server.create_vhost())
    passwords = {name: secrets.token_urlsafe(12) for name in ACCOUNTS}
    rabbit_server.load(json.loads(broker_accounts.definitions(passwords)), vhost)
    yield House(rabbit_server, vhost, passwords)
    rabbit_server.delete_vhost(vhost)


class Trying:
    """One account's connection; each refusal costs a channel."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def refused(self, name: str, *arguments: Any, **options: Any) -> str:
        """What the broker says when it refuses; "" for whatever else comes of it."""
        if self._channel is None or not self._channel.is_open:
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        try:
            getattr(self._channel, name)(*arguments, **options)
        except ChannelClosedByBroker as closed:
            return closed.reply_text if closed.reply_code == REFUSED else ""
        return ""

    def of_queue(self, queue: str) -> str:
        arguments = QUEUES_AS_DECLARED.get(queue, {})
        is_passing = "reply" in queue or "loopback" in queue or queue == "stranger"
        configured = self.refused(
            "queue_declare", queue, durable=not is_passing, auto_delete=is_passing, arguments=arguments
        )
        # Nobody may read from this exchange, and the queue is looked at first.
        written = "queue 'QUEUE'".replace("QUEUE", queue) in self.refused("queue_bind", queue, "amq.fanout", "x")
        read = self.refused("basic_get", queue)
        return "".join(short for short, no in zip("cwr", (configured, written, read), strict=True) if not no)

    def of_exchange(self, exchange: str, bindable: str, key: str) -> str:
        configured = self.refused("exchange_declare", exchange, TYPES.get(exchange, "fanout"), durable=True)
        written = self.refused("basic_publish", "" if exchange == "amq.default" else exchange, key, b"")
        read = self.refused("queue_bind", bindable, exchange, key) if bindable else "it has no queue to bind"
        return "".join(short for short, no in zip("cwr", (configured, written, read), strict=True) if not no)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_may_what_the_table_says_of_each_queue(house: House, account: str):
    with Trying(house.url(account)) as trying:
        found = {queue: trying.of_queue(queue) for queue in QUEUES}

    assert found == {queue: may.get(account, "") for queue, may in QUEUES.items()}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_may_what_the_table_says_of_each_exchange(house: House, account: str):
    bindable = _bindable(account)
    with Trying(house.url(account)) as trying:
        if bindable:
            trying.refused("queue_declare", bindable, auto_delete=True)
        found = {}
        for exchange in EXCHANGES:
            keys = [key for of, key in KEYS if of == exchange] or ["x"]
            # Topic exchanges ask for the key, too: what one of its own keys lets through is the exchange's.
            seen = {short for key in keys for short in trying.of_exchange(exchange, bindable, key)}
            found[exchange] = "".join(short for short in "cwr" if short in seen)

    assert found == {exchange: may.get(account, "") for exchange, may in EXCHANGES.items()}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_may_what_the_table_says_of_each_key(house: House, account: str):
    bindable, found = _bindable(account), {}
    with Trying(house.url(account)) as trying:
        if bindable:
            trying.refused("queue_declare", bindable, auto_delete=True)
        for exchange, key in KEYS:
            written = trying.refused("basic_publish", exchange, key, b"")
            read = trying.refused("queue_bind", bindable, exchange, key) if bindable else "no queue"
            found[exchange, key] = "".join(short for short, no in (("w", written), ("r", read)) if not no)

    assert found == {one: may.get(account, "") for one, may in KEYS.items()}


def _bindable(account: str) -> str:
    """A queue that the account may bind."""
    return next((queue for queue, may in QUEUES.items() if "cw" in may.get(account, "")), "")


def test_an_account_names_no_other_as_the_one_who_tells(house: House):
    link = BrokerLink(house.url("qingdan-relay-stats"), "test")
    link._user = "qingdan-relay-tasks"
    with pytest.raises(BrokerAway) as refused:
        link.publish([Outgoing("facts.recorded.v1", b"{}", "m-1")])
    link.close()
    assert "PRECONDITION_FAILED" in str(refused.value.details)


def test_what_a_process_does_at_its_start_it_may(house: House):
    with Trying(house.url("qingdan-service-tasks")) as trying:
        assert not trying.refused("queue_declare", "rpc-tasks", durable=True)
    with Trying(house.url("qingdan-watch")) as trying:
        assert not trying.refused("queue_declare", "stats.events", passive=True)
    for name in topology():
        publishing.declare(house.url(f"qingdan-relay-{name}"), name, topology())
    exchanges = {"qingdan-portal": "nameko-rpc"}
    for account in ACCOUNTS:
        if account != "qingdan-watch":
            check = BrokerCheck(house.url(account), exchange=exchanges.get(account, ""))
            assert check.look() is None, account
            assert check.look() is None, account
            check.close()
    with RpcCaller(house.url("qingdan-portal"), Signer({"tasks": ("k" * 32,)})) as caller, pytest.raises(NoAnswer):
        caller.call("tasks", "who_am_i", Call({}), timeout=0.5)


def test_nobody_signs_in_without_a_password_of_his_own(house: House):
    for user, password in (("guest", "guest"), ("qingdan", ""), ("qingdan", "qingdan"), ("qingdan-portal", "x")):
        with pytest.raises((ProbableAuthenticationError, ProbableAccessDeniedError)):
            Trying(f"amqp://{user}:{password}@127.0.0.1:{house.rabbit.port}/{quote(house.vhost, safe='')}")
