"""The parking lot: what could not be handled waits for a person, and comes back when the person says so."""

import json

import pika
import pytest
from click.testing import CliRunner

from services.running.cli_dead_letters import dead_letters
from shared.delivery import deadletters
from shared.delivery.deadletters import DeadLetter
from shared.delivery.envelope import BATCH_CONTENT_TYPE, join
from shared.delivery.publishing import declare
from shared.errors import NotFound
from shared.process.settings import Settings
from tests.integration.test_consuming import body_of, publish, ready
from tests.support.event_path import DEAD, EVENTS
from tests.support.eventually import eventually
from tests.support.relays import relaying
from tests.support.victims import PATTERNS


def letter(body=b"no json", **changes):
    return DeadLetter(**({"queue": EVENTS, "body": body, "reason": "why", "attempts": 5, "message_id": ""} | changes))


@pytest.fixture
def cur(counting):
    with counting.transaction() as cur:
        yield cur


def test_a_letter_that_comes_twice_is_parked_once(cur):
    assert deadletters.park(cur, letter())
    assert not deadletters.park(cur, letter(reason="again"))
    assert [row.reason for row in deadletters.list_parked(cur)] == ["why"]


def test_a_letter_names_its_event_as_far_as_it_can_be_read(cur):
    deadletters.park(cur, letter(body_of(1)))
    deadletters.park(cur, letter(b"[" * 50_000))

    assert [row.event_type for row in deadletters.list_parked(cur)] == ["duty.submitted.v1", ""]


def test_a_discarded_letter_is_listed_no_more_and_cannot_be_replayed(cur):
    deadletters.park(cur, letter())
    number = deadletters.list_parked(cur)[0].id

    assert deadletters.discard(cur, [number]) == 1
    assert deadletters.list_parked(cur) == []
    assert deadletters.ask_replay(cur, [number]) == 0
    assert deadletters.show(cur, number).state == "discarded"
    assert len(deadletters.list_parked(cur, everything=True)) == 1


def test_a_replayed_letter_that_fails_again_waits_again(cur):
    deadletters.park(cur, letter())
    deadletters.ask_replay(cur)
    deadletters.mark_replayed(cur, [row.id for row in deadletters.asked_for_replay(cur)])

    assert deadletters.park(cur, letter(reason="still"))
    assert [(row.state, row.reason) for row in deadletters.list_parked(cur)] == [("parked", "still")]


def test_replaying_everything_takes_only_what_is_parked(cur):
    for number in range(3):
        deadletters.park(cur, letter(b"%d" % number))
    first = deadletters.list_parked(cur)[0].id
    deadletters.discard(cur, [first])

    assert deadletters.ask_replay(cur) == 2


def test_a_bad_message_ends_in_the_table_with_reason_and_body(path):
    path.start_service()
    path.start_relay(service="counting")
    publish(path, b"no json", body_of(1))

    rows = eventually(path.parked, within=30)

    assert [(bytes(row.body), row.queue, row.state) for row in rows] == [(b"no json", EVENTS, "parked")]
    assert "no JSON" in rows[0].reason
    eventually(lambda: ready(path, DEAD) == 0)
    path.wait_until_counted(1)


def test_a_replay_goes_to_the_service_again_and_takes_effect_once(path):
    """The cause is mended in between; the retry ladder is skipped by handing in a message at its last attempt."""
    publish(
        path,
        (
            body_of(1, period="mend"),
            {"content_type": "application/cloudevents+json", "headers": {"x-qingdan-attempts": 4}},
        ),
    )
    path.start_service()
    path.start_relay(service="counting")
    [row] = eventually(path.parked, within=30)
    assert (row.attempts, "gave up after 5 attempts" in row.reason) == (5, True)

    with path.counting.transaction() as cur:
        cur.execute("INSERT INTO mended DEFAULT VALUES")
        assert deadletters.ask_replay(cur, [row.id]) == 1

    path.wait_until_counted(1)
    eventually(lambda: path.value(path.counting, "SELECT state FROM parked_message") == "replayed")
    assert path.parked() == []


def test_what_the_broker_gave_up_is_parked_too(path):
    """Such as a message that killed its consumer each time: the broker's own limit is the last fence."""
    declare(path.broker_url, "test", PATTERNS)
    publish(path, body_of(1))
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        channel = connection.channel()
        channel.basic_reject(channel.basic_get(EVENTS)[0].delivery_tag, requeue=False)
        path.start_relay(service="counting")
        [row] = eventually(path.parked, within=30)

    assert "dead-lettered by the broker: rejected" in row.reason


def test_of_a_message_of_several_that_the_broker_gave_up_each_event_is_parked(path):
    declare(path.broker_url, "counting", PATTERNS)
    bodies = [body_of(number) for number in range(1, 4)]
    with pika.BlockingConnection(pika.URLParameters(path.broker_url)) as connection:
        properties = pika.BasicProperties(delivery_mode=2, content_type=BATCH_CONTENT_TYPE, message_id="first")
        connection.channel().basic_publish("", DEAD, join(bodies), properties)

    with relaying(path, service="counting", database=path.counting):
        eventually(lambda: len(parked(path)) == 3)

    assert sorted(bytes(row.body) for row in parked(path)) == sorted(bodies)


def parked(path):
    with path.counting.transaction() as cur:
        return [deadletters.show(cur, row.id) for row in deadletters.list_parked(cur)]


def test_a_letter_is_shown_with_its_body_as_text(cur):
    deadletters.park(cur, letter("没有".encode() + b"\xff"))
    [row] = deadletters.list_parked(cur)

    assert deadletters.show(cur, row.id).text.startswith("没有")
    with pytest.raises(NotFound):
        deadletters.show(cur, row.id + 1)


def test_the_command_shows_a_letter_as_json(stats, tmp_path):
    with stats.database.transaction() as cur:
        deadletters.park(cur, letter("没有".encode()))
        [row] = deadletters.list_parked(cur)
    settings = Settings(tmp_path, 0, "", "", {"stats": stats.database.dsn})

    done = CliRunner().invoke(dead_letters, ["show", "--service", "stats", str(row.id)], obj=settings)

    shown = json.loads(done.stdout)
    assert (shown["id"], shown["body"], shown["state"], shown["decided_at"]) == (row.id, "没有", "parked", None)


@pytest.mark.parametrize(
    ("command", "said"), [("replay", "1 项将再次发送 / 1 to be replayed"), ("discard", "1 项已放弃 / 1 discarded")]
)
def test_what_was_decided_is_said_in_both_languages(stats, tmp_path, command, said):
    with stats.database.transaction() as cur:
        deadletters.park(cur, letter())
        (row,) = deadletters.list_parked(cur)
    settings = Settings(tmp_path, 0, "", "", {"stats": stats.database.dsn})

    told = CliRunner().invoke(dead_letters, [command, str(row.id)], obj=settings)

    assert (told.exit_code, told.output) == (0, f"{said}\n")
