"""The table of the broker's accounts gives each what is its own, and every name that the processes use is in it."""

import json
import re
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.running import broker_accounts
from services.running.processes import COMMANDS
from services.running.registry import topology
from shared.delivery import broker, rights
from shared.delivery.rights import Account
from shared.delivery.tellers import Belief, disbelief, tells
from shared.events import SCHEMAS
from shared.process.settings import BROKER_ACCOUNTS, SERVICES, SettingError, read
from tests.support.broker_rights import ACCOUNTS, EXCHANGES, KEYS, QUEUES, VERBS

BY_NAME = {account.name: account for account in broker_accounts.table()}
EVENTS_PAGE = Path(__file__).parents[2] / "docs" / "events.md"


@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize("resources", [QUEUES, EXCHANGES], ids=["queues", "exchanges"])
def test_each_account_may_what_is_its_own(name, resources):
    account = BY_NAME[name]
    given = {
        resource: "".join(short for verb, short in VERBS.items() if re.search(getattr(account, verb), resource))
        for resource in resources
    }

    assert given == {resource: may.get(name, "") for resource, may in resources.items()}


@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize(("exchange", "key"), KEYS)
def test_topic_exchanges_are_held_by_the_key(name, exchange, key):
    topics = [one for one in BY_NAME[name].topics if one.exchange == exchange]
    may = {
        short
        for one in topics
        for verb, short in VERBS.items()
        if verb != "configure"
        if re.search(getattr(one, verb), key)
    }

    assert "".join(sorted(may, reverse=True)) == KEYS[exchange, key].get(name, "")


def test_whoever_may_use_a_topic_exchange_is_held_by_its_keys():
    """Without a topic permission RabbitMQ lets every key through."""
    for account in BY_NAME.values():
        held = {one.exchange for one in account.topics}
        for exchange in (rights.RPC_EXCHANGE, broker.EXCHANGE):
            if re.search(account.write, exchange) or re.search(account.read, exchange):
                assert exchange in held, f"{account.name} may use any key of {exchange}"


def test_the_accounts_are_those_of_the_processes_and_of_the_settings():
    of_processes = {broker_accounts.account_of(command) for command in COMMANDS} - {""}

    assert of_processes | {rights.WATCH} == set(ACCOUNTS)
    assert {account.secret for account in BY_NAME.values()} == {f"broker_{name.lower()}" for name in BROKER_ACCOUNTS}
    assert broker_accounts.account_of(("issuer",)) == ""


def test_definitions_hold_hashes_and_everything_that_is_declared():
    text = broker_accounts.definitions({name: f"password of {name}" for name in ACCOUNTS})
    found = json.loads(text)

    assert "password of" not in text
    users = {one["name"]: one for one in found["users"]}
    assert users.keys() == {*ACCOUNTS, rights.ONE_FOR_ALL}
    assert all(one["tags"] == "" for one in users.values()), "nobody administers"
    salted = b64decode(users[rights.PORTAL]["password_hash"])
    assert salted[4:] == sha256(salted[:4] + b"password of qingdan-portal").digest()
    declared = set()
    channel = SimpleNamespace(
        exchange_declare=lambda name, *_, **__: declared.add(name),
        queue_declare=lambda name, **_: declared.add(name),
        queue_bind=lambda *_: None,
    )
    for name in SERVICES:
        broker.declare(channel, topology(), name)
    assert declared | {rights.RPC_EXCHANGE} == {one["name"] for one in found["exchanges"] + found["queues"]}
    assert {(one["destination"], one["routing_key"]) for one in found["bindings"]} == {
        (broker.events_queue(name), topic) for name, topics in topology().items() for topic in topics
    }


def test_the_account_of_the_release_before_is_locked_unless_it_has_a_password():
    def old(passwords):
        found = json.loads(broker_accounts.definitions(passwords))
        user = [one for one in found["users"] if one["name"] == rights.ONE_FOR_ALL]
        may = [one for one in found["permissions"] if one["user"] == rights.ONE_FOR_ALL]
        return user[0]["password_hash"], may[0]["read"]

    passwords = dict.fromkeys(ACCOUNTS, "x")
    assert old(passwords) == ("", "^$")
    hashed, may = old({**passwords, rights.ONE_FOR_ALL: "old"})
    assert hashed
    assert may == ".*"


def test_definitions_of_settings_need_every_password():
    settings = {f"QINGDAN_BROKER_{name}_PASSWORD": f"p-{name}" for name in BROKER_ACCOUNTS}
    assert json.loads(broker_accounts.definitions_of(read(settings)))["users"]

    del settings["QINGDAN_BROKER_RELAY_STATS_PASSWORD"]
    with pytest.raises(SettingError, match="QINGDAN_BROKER_RELAY_STATS_PASSWORD is not set"):
        broker_accounts.definitions_of(read(settings))


def test_who_tells_what_is_as_the_page_says():
    said = {}
    for line in EVENTS_PAGE.read_text("utf-8").splitlines():
        if re.match(r"\| [a-z_]+\.[a-z_]+\.v1", line):
            types, _, teller = (cell.strip() for cell in line.split("|")[1:4])
            said |= dict.fromkeys(types.split(", "), teller)

    assert said.keys() == SCHEMAS.keys()
    for event_type, teller in said.items():
        tellers = [name for name in SERVICES if tells(name, event_type)]
        assert tellers == ([teller] if teller in SERVICES else list(SERVICES)), event_type


@pytest.mark.parametrize(
    ("user", "source", "event_type", "is_believed"),
    [
        ("qingdan-relay-tasks", "/qingdan/tasks", "duty.submitted.v1", True),
        ("qingdan-service-stats", "/qingdan/tasks", "duty.submitted.v1", True),
        ("qingdan-relay-stats", "/qingdan/tasks", "duty.submitted.v1", True),
        ("qingdan-relay-notifications", "/qingdan/notifications", "relay.ticked.v1", True),
        ("qingdan-relay-notifications", "/qingdan/tasks", "duty.submitted.v1", False),
        ("qingdan-relay-notifications", "/qingdan/notifications", "duty.submitted.v1", False),
        ("qingdan-service-tasks", "/qingdan/tasks", "duty.submitted.v1", False),
        ("qingdan-portal", "/qingdan/tasks", "duty.submitted.v1", False),
        ("qingdan", "/qingdan/tasks", "duty.submitted.v1", False),
        ("", "/qingdan/tasks", "duty.submitted.v1", False),
    ],
)
def test_an_event_is_believed_from_whom_it_may_come(user, source, event_type, is_believed):
    assert (disbelief(user, source, event_type, "stats") == "") is is_believed


def test_old_relays_are_believed_while_they_are_replaced():
    event = SimpleNamespace(source="/qingdan/tasks", type="duty.submitted.v1")
    strict = Belief.of("stats", "qingdan-service-stats", accepts_unsigned=False)
    lenient = Belief.of("stats", "qingdan-service-stats", accepts_unsigned=True)

    assert [bool(strict.doubt(user, event)) for user in ("", "qingdan", "qingdan-portal")] == [True, True, True]
    assert [bool(lenient.doubt(user, event)) for user in ("", "qingdan", "qingdan-portal")] == [False, False, True]
    assert Belief.of("stats", "qingdan", accepts_unsigned=False) is None
    told = [strict.doubt("qingdan-relay-tasks", event) for _ in range(2)]
    assert told == ["", ""]
    assert strict.doubt("qingdan-relay-notifications", event), "who was believed once lends it to nobody"


def test_the_name_of_an_account_gives_its_setting():
    assert Account("qingdan-service-tasks", "").setting == "QINGDAN_BROKER_SERVICE_TASKS_PASSWORD"
