"""dramatiq: an actor for each event, whose messages are acknowledged when it is done; as a module it publishes."""

from __future__ import annotations

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from bench.peers import work

dramatiq.set_broker(RabbitmqBroker(url=work.BROKER_URL, confirm_delivery=True))
counting = work.Counting(work.TARGET_DSN)


@dramatiq.actor(queue_name=work.QUEUE)
def count(event: work.Event) -> None:
    counting.take(event)


if __name__ == "__main__":
    work.publish_all(count.send)
