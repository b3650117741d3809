"""Is it well, what do the duties look like, and is anything late: the page that is open all day."""

from __future__ import annotations

from deploy.grafana.model import PAGES_ONLY, Dashboard, Row, graph, quantiles, rate, share, stat

# Of no duties at all none is done.
DONE = (
    'sum(max by (light) (qingdan_duties{light=~"done|done_late"})) / clamp_min(sum(max by (light) (qingdan_duties)), 1)'
)

HEALTH = Row(
    "是否正常",
    "Is it well: six numbers that are green on a good day",
    (
        stat(
            "正在告警",
            "Alerts that fire now. Each has a section in docs/operations.md",
            'count(ALERTS{alertname=~"Qingdan.+",alertstate="firing"}) or vector(0)',
            red_from=1,
        ),
        stat("无应答进程", "Processes that do not answer", 'count(up{job="qingdan"} == 0) or vector(0)', red_from=1),
        stat(
            "未通过的就绪检查",
            "Readiness checks that fail, over all processes: database, broker or schema",
            "count(qingdan_ready == 0) or vector(0)",
            red_from=1,
        ),
        stat(
            "待人工处理的消息",
            "Parked messages that wait for a person's decision",
            "sum(max by (service) (qingdan_parked_messages_waiting))",
            red_from=1,
        ),
        stat(
            "看板与提醒的最大落后",
            "How far the slowest consumer is behind; reminders pause from 60 s on",
            "max(time() - max by (service, database) (qingdan_consumer_newest_tick_seconds))",
            unit="s",
            red_from=60,
        ),
        stat(
            "版本",
            "Releases that run, with the number of their processes; two only during an upgrade",
            "count by (version) (qingdan_build_info)",
            legend="{{version}}",
        ),
    ),
)

DUTIES = Row(
    "责任",
    "What the county sees, from the stats service; for the operator to tell a quiet day from a standstill",
    (
        stat("未完成", "Open duties", "max(qingdan_duties_open)"),
        stat("未签收", "Issued and not yet opened by the unit", "max(qingdan_duties_unsigned)"),
        stat("已逾期", "Overdue duties", 'max(qingdan_duties{light="overdue"})'),
        stat(
            "完成率",
            "Share of the duties that are done, in time or late",
            DONE,
            unit="percentunit",
        ),
        stat("夜间重算不符", "Cells that the newest recount found to be wrong", "max(qingdan_cells_wrong)"),
        stat(
            "距上次重算",
            "How long ago all counters were counted again",
            "time() - max(qingdan_cells_checked_timestamp_seconds)",
            unit="s",
        ),
        stat("待发提醒", "Reminders whose day has come and that are not written yet", "max(qingdan_reminders_waiting)"),
        stat("下发中的清单", "Checklists being issued", "max(qingdan_issue_runs_open)"),
        graph(
            "各灯责任数",
            "Duties by light, over time",
            ("max by (light) (qingdan_duties)", "{{light}}"),
            width=16,
            stacked=True,
        ),
        graph(
            "各灯现状",
            "Duties by light, now",
            ("max by (light) (qingdan_duties)", "{{light}}"),
            kind="bargauge",
        ),
    ),
)

LATE = Row(
    "是否有东西在等",
    "Everything that can wait, with the age of the oldest",
    (
        graph(
            "最早待发事件",
            "Age of the oldest event in each outbox; usually below a second",
            ("max by (database) (qingdan_outbox_oldest_seconds)", "{{database}}"),
            unit="s",
            red_from=60,
        ),
        graph(
            "消费落后",
            "How far each consumer is behind each database, by the heartbeat that goes through every queue",
            (
                "time() - max by (service, database) (qingdan_consumer_newest_tick_seconds)",
                "{{service}} ← {{database}}",
            ),
            unit="s",
            red_from=60,
        ),
        graph(
            "最早停放消息",
            "Age of the oldest message that waits for a decision",
            ("max by (service) (qingdan_parked_oldest_seconds)", "{{service}}"),
            unit="s",
            red_from=86400,
        ),
        graph(
            "最早应发提醒",
            "How late the oldest due reminder is",
            ("max(qingdan_reminders_oldest_due_seconds)", "提醒"),
            unit="s",
            red_from=3600,
        ),
        graph(
            "离开本系统的提醒",
            "How late the oldest due message is, and how many of the last day did not arrive, by channel",
            ("max by (channel) (qingdan_deliveries_oldest_due_seconds)", "{{channel}} 最早应发（秒）"),
            ("max by (channel, state) (qingdan_deliveries_dead)", "{{channel}} {{state}}"),
        ),
        graph(
            "消息里的链接",
            "What became of who opened a link of a message, in an hour",
            ("sum by (outcome) (increase(qingdan_link_openings_total[1h]))", "{{outcome}}"),
        ),
        graph(
            "待答复的申请",
            "How many requests of units (not applicable, more time, help) wait for an answer, and for how many days",
            ("max by (kind) (qingdan_requests_waiting)", "{{kind}}"),
            ("max(qingdan_request_oldest_seconds) / 86400", "最早的天数"),
        ),
        graph(
            "待答复的领导批示",
            "How many answers to leaders' remarks are owed, and for how many days the oldest has been",
            ("max(qingdan_remark_answers_owed)", "条数"),
            ("max(qingdan_remark_oldest_seconds) / 86400", "最早的天数"),
        ),
        graph(
            "待答复的投诉建议",
            "How many suggestions wait for an answer, and for how many days the oldest has",
            ("max(qingdan_suggestions_waiting)", "条数"),
            ("max(qingdan_suggestions_oldest_seconds) / 86400", "最早的天数"),
        ),
        graph(
            "待处理的典型经验",
            "How much good practice waits to be published or put aside, and for how many days the oldest has",
            ("max(qingdan_practices_waiting)", "条数"),
            ("max(qingdan_practices_oldest_seconds) / 86400", "最早的天数"),
        ),
        graph(
            "最早下发任务",
            "How long the oldest checklist has been being issued",
            ("max(qingdan_issue_oldest_seconds)", "下发"),
            unit="s",
            red_from=1800,
        ),
        graph(
            "定时任务",
            "Time since each tick last succeeded, in its own intervals; three are too many",
            (
                "max by (service, tick) ((time() - qingdan_tick_last_success_seconds) / qingdan_tick_interval_seconds)",
                "{{service}} {{tick}}",
            ),
            red_from=3,
        ),
    ),
)

USE = Row(
    "使用情况",
    "What people feel: how much, how fast, how often in vain; details on the dashboard of requests",
    (
        graph(
            "请求数",
            "Pages asked for, by status",
            (rate("qingdan_http_request_seconds_count", "status"), "{{status}}"),
            unit="reqps",
            stacked=True,
        ),
        graph(
            "页面用时",
            "Half of the pages, and 95 of 100, take less than this",
            *(
                (quantiles("qingdan_http_request_seconds", share=part, where=PAGES_ONLY), f"{part:.0%}")
                for part in (0.5, 0.95)
            ),
            unit="s",
            red_from=2.5,
        ),
        graph(
            "等不到回答的调用",
            "Share of the calls from the pages to a service that were not answered in time",
            (share('outcome="away"', "qingdan_rpc_client_seconds_count", "service"), "{{service}}"),
            unit="percentunit",
            red_from=0.05,
        ),
    ),
)

EVIDENCE = Row(
    "证明材料",
    "Files that units keep beside their duties: how much, what is refused, what no duty has",
    (
        graph("文件数", "Files that duties have", ("max(qingdan_evidence_files)", "文件")),
        graph("文件大小", "How large they are together", ("max(qingdan_evidence_bytes)", "合计"), unit="bytes"),
        graph(
            "没有接收的文件",
            "Files that were refused, by reason",
            (rate("qingdan_evidence_refused_total", "reason"), "{{reason}}"),
        ),
        graph(
            "丢失或被改动的文件",
            "Downloads of files that are missing or altered in the store; there should be none",
            ("sum(increase(qingdan_evidence_altered_total[1h]))", "每小时"),
            red_from=1,
        ),
        graph(
            "可能不属于责任的文件",
            "Uploads that were cut short and files that were removed; they go after a day",
            ("max(qingdan_evidence_unsettled_files)", "等待"),
            ("sum(increase(qingdan_evidence_forgotten_total[1h]))", "每小时清除"),
        ),
        graph(
            "其中最早的",
            "How long the oldest of them has waited",
            ("max(qingdan_evidence_oldest_unsettled_seconds)", "最早"),
            unit="s",
            red_from=172800,
        ),
        graph(
            "登录",
            "Attempts to sign in, and what became of them",
            ("sum by (outcome) (increase(qingdan_sign_ins_total[15m]))", "每刻钟 {{outcome}}"),
        ),
        graph(
            "同一个地址试了几个登录名",
            "With how many names one address failed within a quarter of an hour",
            ("max(qingdan_sign_in_names_sprayed)", "最多"),
            red_from=15,
        ),
        graph(
            "网页收下、待确认的操作",
            "What clerks sent while the services were away, and what became of it",
            ("max(qingdan_kept_commands_waiting)", "等待"),
            ("sum by (outcome) (increase(qingdan_kept_commands_total[1h]))", "每小时 {{outcome}}"),
        ),
        graph(
            "其中最早的操作",
            "How long the oldest of them has waited",
            ("max(qingdan_kept_commands_oldest_seconds)", "最早"),
            unit="s",
            red_from=900,
        ),
    ),
)

DASHBOARD = Dashboard(
    "qingdan-overview",
    "清单 · 总览",
    "Overview: is Qingdan well, what do the duties look like, is anything late",
    (HEALTH, DUTIES, LATE, USE, EVIDENCE),
)
