"""The way of an event: outbox, relay, queue, consumer; and what leaves the way: retries, dead letters."""

from __future__ import annotations

from deploy.grafana.model import Dashboard, Row, graph, quantiles, rate

OUTBOX = Row(
    "待发与转发",
    "From the outbox to the broker",
    (
        graph(
            "待发事件",
            "Rows that the relay has not passed yet",
            ("max by (database) (qingdan_outbox_unsent_rows)", "{{database}}"),
        ),
        graph(
            "最早待发事件",
            "Age of the oldest such row, and whose open transaction it waits for",
            ("max by (database) (qingdan_outbox_oldest_seconds)", "{{database}}"),
            (
                "max by (database, pid, application) (qingdan_outbox_held_seconds)",
                "{{database}} ← {{pid}} {{application}}",
            ),
            unit="s",
            red_from=60,
        ),
        graph(
            "在工作的转发进程",
            "Active relays of each database; one, whatever the number that stand by",
            ("sum by (database) (qingdan_relay_active)", "{{database}}"),
        ),
        graph(
            "转发结果",
            "Events a second by what became of them: confirmed by the broker, failed and repeated, returned because no "
            "queue takes them, or unwanted because nobody listens",
            (
                rate("qingdan_relay_publishes_total", "database, outcome"),
                "{{database}} {{outcome}}",
            ),
            width=16,
        ),
        graph(
            "无法投递",
            "Events that came back from the broker, within 10 minutes",
            (
                'sum by (database) (increase(qingdan_relay_publishes_total{outcome="unroutable"}[10m]))',
                "{{database}}",
            ),
            red_from=1,
        ),
    ),
)

QUEUES = Row(
    "队列",
    "On the broker, as the relays measure it",
    (
        graph(
            "事件队列",
            "Messages that wait for a consumer",
            ('max by (queue) (qingdan_queue_messages{queue=~".+[.]events"})', "{{queue}}"),
            red_from=10000,
        ),
        graph(
            "处理进程数",
            "Consumers of each queue that needs one",
            ('max by (queue) (qingdan_queue_consumers{queue=~"rpc-.+|.+[.]events"})', "{{queue}}"),
        ),
        graph(
            "重试与死信队列",
            "Messages on the retry ladder, and dead ones on their way to the parking lot",
            ('max by (queue) (qingdan_queue_messages{queue=~".+[.](retry[.].+|dead)"})', "{{queue}}"),
        ),
    ),
)

CONSUMERS = Row(
    "消费",
    "In the consuming services",
    (
        graph(
            "消费落后",
            "Age of the newest heartbeat that took effect; one comes every 10 s",
            (
                "time() - max by (service, database) (qingdan_consumer_newest_tick_seconds)",
                "{{service}} ← {{database}}",
            ),
            unit="s",
            red_from=60,
        ),
        graph(
            "从发生到生效",
            "Half and 99 of 100 batches take effect within this time, counted from their oldest event",
            (quantiles("qingdan_event_lag_seconds", "service", share=0.5), "{{service}} 50%"),
            (quantiles("qingdan_event_lag_seconds", "service", share=0.99), "{{service}} 99%"),
            unit="s",
            red_from=15,
        ),
        graph(
            "批处理用时",
            "Half and 95 of 100 batches, each with its transaction, take less than this",
            (quantiles("qingdan_handler_batch_seconds", "service", share=0.5), "{{service}} 50%"),
            (quantiles("qingdan_handler_batch_seconds", "service", share=0.95), "{{service}} 95%"),
            unit="s",
        ),
        graph(
            "每批的大小",
            "Half and 95 of 100 batches weigh less than this; slow ones are made smaller",
            (quantiles("qingdan_handler_batch_bytes", "service", share=0.5), "{{service}} 50%"),
            (quantiles("qingdan_handler_batch_bytes", "service", share=0.95), "{{service}} 95%"),
            unit="bytes",
        ),
        graph(
            "处理结果",
            "Events a second by outcome: done, a duplicate, to be retried, dead",
            (
                rate("qingdan_handler_events_total", "service, outcome"),
                "{{service}} {{outcome}}",
            ),
            unit="eps",
            width=12,
        ),
        graph(
            "处理的事件类型",
            "Events a second by type",
            (rate("qingdan_handler_events_total", "type"), "{{type}}"),
            unit="eps",
            width=12,
        ),
    ),
)

PARKED = Row(
    "停放的消息",
    "What a consumer gave up; qingdan dead-letters list shows each with its reason",
    (
        graph(
            "待处理",
            "Messages that wait for a decision",
            ("max by (service) (qingdan_parked_messages_waiting)", "{{service}}"),
            red_from=1,
        ),
        graph(
            "最早一条",
            "Age of the oldest such message",
            ("max by (service) (qingdan_parked_oldest_seconds)", "{{service}}"),
            unit="s",
            red_from=86400,
        ),
        graph(
            "新停放",
            "Messages parked within an hour",
            ("sum by (service) (increase(qingdan_parked_messages_total[1h]))", "{{service}}"),
        ),
    ),
)

GAPS = Row(
    "丢失的事件",
    "What queues or the broker lost: found by the heartbeats, asked for and sent again",
    (
        graph(
            "补上的事件",
            "Events that were lost and made good within an hour",
            ("sum by (service) (increase(qingdan_events_made_good_total[1h]))", "{{service}}"),
            width=12,
        ),
        graph(
            "最早的缺口",
            "Age of the oldest gap that was asked for",
            ("max by (service) (qingdan_gap_oldest_seconds)", "{{service}}"),
            unit="s",
            red_from=900,
            width=12,
        ),
    ),
)

SEALS = Row(
    "审计记录",
    "Rows of the log until their seals; qingdan audit verify says whether all is as it was written",
    (
        graph(
            "待封印",
            "Rows that wait for their seal",
            ("max by (database) (qingdan_log_unsealed_rows)", "{{database}}"),
            width=12,
        ),
        graph(
            "最早一条",
            "Age of the oldest such row",
            ("max by (database) (qingdan_log_unsealed_oldest_seconds)", "{{database}}"),
            unit="s",
            red_from=600,
            width=12,
        ),
    ),
)

DASHBOARD = Dashboard(
    "qingdan-events",
    "清单 · 事件",
    "Event path: outbox, relays, queues, consumers, lag, retries, dead letters",
    (OUTBOX, QUEUES, CONSUMERS, PARKED, GAPS, SEALS),
)
