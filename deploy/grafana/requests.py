"""Pages and calls: rate, errors, duration, by route and by operation."""

from __future__ import annotations

from deploy.grafana.model import PAGES_ONLY, Dashboard, Row, graph, quantiles, rate, share

OUR_FAULT = 'outcome=~"internal|error|try_again|database_away|broker_away"'


PAGES = Row(
    "页面",
    "HTTP, as the portal sees it",
    (
        graph(
            "请求数（按状态）",
            "Requests a second, by kind of status",
            (rate("qingdan_http_request_seconds_count", "status"), "{{status}}"),
            unit="reqps",
            stacked=True,
        ),
        graph(
            "系统错误占比",
            "Share of the requests that end in an error of ours",
            (
                share('status="5xx"', "qingdan_http_request_seconds_count", where=PAGES_ONLY),
                "5xx",
            ),
            unit="percentunit",
            red_from=0.02,
        ),
        graph(
            "用时",
            "Half, 95 and 99 of 100 requests take less than this",
            *(
                (quantiles("qingdan_http_request_seconds", share=part, where=PAGES_ONLY), f"{part:.0%}")
                for part in (0.5, 0.95, 0.99)
            ),
            unit="s",
            red_from=2.5,
        ),
        graph(
            "请求数（按页面）",
            "Requests a second, by route and method",
            (
                rate("qingdan_http_request_seconds_count", "route, method"),
                "{{method}} {{route}}",
            ),
            unit="reqps",
            height=9,
        ),
        graph(
            "用时（按页面）",
            "95 of 100 requests of a route take less than this",
            (quantiles("qingdan_http_request_seconds", "route", share=0.95), "{{route}}"),
            unit="s",
            red_from=2.5,
            height=9,
        ),
        graph(
            "处理中的请求",
            "Requests under way in each portal; eight threads answer",
            ("sum by (process) (qingdan_http_requests_in_progress)", "{{process}}"),
            red_from=8,
            height=9,
        ),
    ),
)

CALLS = Row(
    "服务",
    "Calls, as the services see them",
    (
        graph(
            "调用数",
            "Calls a second, by service",
            (rate("qingdan_call_seconds_count", "service"), "{{service}}"),
            unit="reqps",
        ),
        graph(
            "系统错误占比",
            "Share of the calls that fail by our fault; a form filled in wrongly is not one",
            (share(OUR_FAULT, "qingdan_call_seconds_count", "service"), "{{service}}"),
            unit="percentunit",
            red_from=0.02,
        ),
        graph(
            "用时",
            "Half and 99 of 100 calls take less than this",
            (quantiles("qingdan_call_seconds", "service", share=0.5), "{{service}} 50%"),
            (quantiles("qingdan_call_seconds", "service", share=0.99), "{{service}} 99%"),
            unit="s",
            red_from=1,
        ),
        graph(
            "结果",
            "Calls a second, by outcome: an answer, or the code of the error",
            (rate("qingdan_call_seconds_count", "service, outcome"), "{{service}} {{outcome}}"),
            unit="reqps",
            height=9,
        ),
        graph(
            "调用数（按操作）",
            "Calls a second, by operation",
            (
                rate("qingdan_call_seconds_count", "service, operation"),
                "{{service}}.{{operation}}",
            ),
            unit="reqps",
            height=9,
        ),
        graph(
            "用时（按操作）",
            "95 of 100 calls of an operation take less than this",
            (quantiles("qingdan_call_seconds", "service, operation", share=0.95), "{{service}}.{{operation}}"),
            unit="s",
            red_from=1,
            height=9,
        ),
    ),
)

CALLERS = Row(
    "调用方",
    "The same calls, as the portal sees them: with the way through the broker, and with nobody there",
    (
        graph(
            "结果",
            "Calls a second, by what the caller got; away is no answer in time",
            (
                rate("qingdan_rpc_client_seconds_count", "service, outcome"),
                "{{service}} {{outcome}}",
            ),
            unit="reqps",
        ),
        graph(
            "用时",
            "95 of 100 calls take less than this, the way through the broker included",
            (quantiles("qingdan_rpc_client_seconds", "service", share=0.95), "{{service}}"),
            unit="s",
            red_from=1,
        ),
        graph(
            "排队的调用",
            "Calls that wait in the queue of a service; a call lives 5 s",
            ('max by (queue) (qingdan_queue_messages{queue=~"rpc-.+"})', "{{queue}}"),
            red_from=50,
        ),
        graph(
            "送不出去的回答",
            "Answers that could not be sent, within 15 minutes",
            ("sum by (service) (increase(qingdan_lost_replies_total[15m]))", "{{service}}"),
            red_from=10,
        ),
        graph(
            "拒收的消息",
            "Messages that are no calls, within an hour; ours never are",
            ("sum by (service) (increase(qingdan_refused_calls_total[1h]))", "{{service}}"),
            red_from=1,
        ),
        graph(
            "签名不对的调用",
            "Calls without a signature that holds, within an hour; a portal's first call to a service is late",
            ("sum by (service, outcome) (increase(qingdan_unproven_calls_total[1h]))", "{{service}} {{outcome}}"),
        ),
        graph(
            "等不到数据库连接",
            "Times that no connection came free within 3 s, within 5 minutes",
            ("sum by (process) (increase(qingdan_database_busy_total[5m]))", "{{process}}"),
            red_from=5,
        ),
        graph(
            "上传的文件",
            "Files read in a process of their own within 15 minutes, by what became of them; memory and time: ended",
            ("sum by (outcome) (increase(qingdan_files_read_apart_total[15m]))", "{{outcome}}"),
        ),
    ),
)

DASHBOARD = Dashboard(
    "qingdan-requests",
    "清单 · 请求",
    "Requests: rate, errors and duration of pages and calls, by route and operation",
    (PAGES, CALLS, CALLERS),
)
