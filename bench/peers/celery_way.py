"""Celery: a task for each event, acknowledged late; as a module it publishes what the outbox holds.

Threads rather than processes: what a task does is waiting for the database.
"""

from __future__ import annotations

from celery import Celery

from bench.peers import work

app = Celery("bench.peers.celery_way", broker=work.BROKER_URL)
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_pool_limit=work.WORKERS,
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_queue=work.QUEUE,
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    # By the number of workers, which makes it 104.
    worker_prefetch_multiplier=-(-work.PREFETCH // work.WORKERS),
)
counting = work.Counting(work.TARGET_DSN)


@app.task(name="count")
def count(event: work.Event) -> None:
    counting.take(event)


if __name__ == "__main__":
    work.publish_all(count.delay)
