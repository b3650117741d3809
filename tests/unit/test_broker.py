"""Topics match as RabbitMQ matches them, and every limit of a queue is written down."""

import pytest

from shared.delivery import broker


@pytest.mark.parametrize(
    ("pattern", "event_type", "does_match"),
    [
        ("duty.#", "duty.submitted.v1", True),
        ("duty.#", "duties.issued.v1", False),
        ("#", "unit.changed.v1", True),
        ("duty.#", "duty", True),
        ("*.changed.v1", "unit.changed.v1", True),
        ("*.changed.v1", "a.unit.changed.v1", False),
        ("#.v1", "unit.changed.v1", True),
        ("unit.*", "unit.changed.v1", False),
        ("reminder.sent.v1", "reminder.sent.v1", True),
        ("reminder.sent.v1", "reminder.sent.v2", False),
    ],
)
def test_topics_match_as_in_amqp(pattern, event_type, does_match):
    assert broker.matches(pattern, event_type) is does_match


def test_nobody_wants_what_no_pattern_takes():
    patterns = {"stats": ("duty.#",), "notifications": ("unit.#",)}

    assert broker.is_wanted(patterns, "unit.changed.v1")
    assert not broker.is_wanted(patterns, "reminder.sent.v1")


def test_dead_letters_are_never_lost_between_queues():
    """At-least-once dead-lettering silently falls back to at-most-once when one of the four is missing."""
    for queue in broker.queues_of("stats", ("duty.#",)):
        assert queue.arguments["x-queue-type"] == "quorum"
        if "x-dead-letter-exchange" in queue.arguments:
            assert queue.arguments["x-dead-letter-strategy"] == "at-least-once"
            assert queue.arguments["x-overflow"] == "reject-publish"


def test_each_delay_has_its_own_queue_that_leads_back():
    retries = [queue for queue in broker.queues_of("stats", ()) if ".retry." in queue.name]

    assert [queue.arguments["x-message-ttl"] for queue in retries] == [1_000, 10_000, 60_000, 300_000]
    assert {queue.arguments["x-dead-letter-routing-key"] for queue in retries} == {"stats.events"}
