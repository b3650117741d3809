"""FastStream: a subscriber, acknowledged when it is done, with asyncpg; `… consume` runs it, `… publish` the rest.

asyncio has no number of workers: as many handlers wait as messages were fetched, for eight connections.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import sys

import asyncpg
from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue

from bench.peers import work

broker = RabbitBroker(work.BROKER_URL, default_channel=Channel(prefetch_count=work.PREFETCH), logger=None)
app = FastStream(broker, logger=None)
queue = RabbitQueue(work.QUEUE, durable=True)
pools: list[asyncpg.Pool] = []
DATES = ("due_on", "done_on")


def numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """A statement with numbers for its names, as asyncpg wants them, and the names in that order."""
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    return re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement), names


CLAIM, _ = numbered(work.CLAIM)
EFFECTS = [numbered(statement) for statement in (work.KEEP, work.COUNT_ITEM, work.COUNT_UNIT)]


@app.on_startup
async def connect() -> None:
    pools.append(await asyncpg.create_pool(work.TARGET_DSN, min_size=work.WORKERS, max_size=work.WORKERS))


@broker.subscriber(queue, ack_policy=AckPolicy.NACK_ON_ERROR)
async def count(event: dict) -> None:
    data = event["data"] | {name: dt.date.fromisoformat(event["data"][name]) for name in DATES}
    async with pools[0].acquire() as connection, connection.transaction():
        if await connection.execute(CLAIM, work.QUEUE, event["id"]) == "INSERT 0 0":
            return
        for statement, names in EFFECTS:
            await connection.execute(statement, *(data[name] for name in names))


async def publish() -> None:
    outbox = work.Outbox(work.SOURCE_DSN)
    async with broker:
        await broker.declare_queue(queue)
        while True:
            events = await asyncio.to_thread(outbox.wait)
            await asyncio.gather(*(broker.publish(event, queue, persist=True) for event in events))
            await asyncio.to_thread(outbox.confirmed)


if __name__ == "__main__":
    asyncio.run(app.run() if sys.argv[1:] == ["consume"] else publish())
