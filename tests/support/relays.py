"""A relay at work in a thread of the test."""

from contextlib import contextmanager

from shared.delivery.relay import Relay
from shared.process.loop import Loop
from tests.support.victims import PATTERNS


@contextmanager
def relaying(path, *, service="producing", database=None, patterns=PATTERNS, retention=None):
    relay = Relay(service, (database or path.produced).dsn, path.broker_url, patterns, retention=retention)
    loop = Loop("relay", relay.step)
    loop.start()
    try:
        yield relay
    finally:
        loop.stop()
        relay.close()
