"""Each process: is it ready, what does it use, do its loops and ticks move, how much do the databases keep."""

from __future__ import annotations

from deploy.grafana.model import Dashboard, Row, Variable, graph, rate

CHOSEN = 'job="qingdan",process=~"$process"'
OURS = 'process=~"$process"'
LATENESS = f"(time() - qingdan_tick_last_success_seconds{{{OURS}}}) / qingdan_tick_interval_seconds{{{OURS}}}"

STATE = Row(
    "状态",
    "Is each process there and ready",
    (
        graph("应答", "1 where the process answers", (f"min by (process) (up{{{CHOSEN}}})", "{{process}}"), height=9),
        graph(
            "就绪检查",
            "1 where a check passes; schema waits for the migrations of a new release",
            (f"min by (process, check) (qingdan_ready{{{OURS}}})", "{{process}} {{check}}"),
            height=9,
        ),
        graph(
            "运行时长",
            "Since the process started",
            (f"time() - min by (process) (process_start_time_seconds{{{CHOSEN}}})", "{{process}}"),
            unit="s",
            height=9,
        ),
        graph(
            "重启次数",
            "Restarts within 30 minutes",
            (f"max by (process) (changes(process_start_time_seconds{{{CHOSEN}}}[30m]))", "{{process}}"),
            width=12,
            red_from=3,
        ),
        graph(
            "版本",
            "The release of each process",
            (f"max by (process, version) (qingdan_build_info{{{OURS}}})", "{{process}} {{version}}"),
            width=12,
        ),
    ),
)

RESOURCES = Row(
    "资源",
    "Processor, memory, file handles, database connections",
    (
        graph(
            "处理器",
            "Cores in use",
            (rate("process_cpu_seconds_total", "process", where=CHOSEN), "{{process}}"),
        ),
        graph(
            "内存",
            "Resident memory; 60 to 120 MB are usual",
            (f"max by (process) (process_resident_memory_bytes{{{CHOSEN}}})", "{{process}}"),
            unit="bytes",
            red_from=209715200,
        ),
        graph(
            "文件句柄",
            "Share of the file handles in use",
            (f"max by (process) (process_open_fds{{{CHOSEN}}} / process_max_fds{{{CHOSEN}}})", "{{process}}"),
            unit="percentunit",
            red_from=0.8,
        ),
        graph(
            "数据库连接",
            "Connections that the pools allow, and those in use",
            (f"sum by (process, state) (qingdan_database_connections{{{OURS}}})", "{{process}} {{state}}"),
        ),
        graph(
            "等不到数据库连接",
            "Times that no connection came free within 3 s, within 5 minutes",
            (f"sum by (process) (increase(qingdan_database_busy_total{{{OURS}}}[5m]))", "{{process}}"),
            red_from=5,
        ),
        graph(
            "内存回收",
            "Python's garbage collections a second",
            (rate("python_gc_collections_total", "process", where=CHOSEN), "{{process}}"),
        ),
    ),
)

LOOPS = Row(
    "后台任务",
    "Loops and ticks",
    (
        graph(
            "定时任务",
            "Time since each tick last succeeded, in its own intervals",
            (
                f"max by (process, service, tick) ({LATENESS})",
                "{{process}} {{service}} {{tick}}",
            ),
            red_from=3,
        ),
        graph(
            "定时任务失败",
            "Failed ticks within 15 minutes",
            (f"sum by (service, tick) (increase(qingdan_tick_failures_total{{{OURS}}}[15m]))", "{{service}} {{tick}}"),
        ),
        graph(
            "循环失败",
            "Failed steps of background loops within 15 minutes: away, a server could not be reached; defect, ours",
            (f"sum by (loop, cause) (increase(qingdan_loop_failures_total{{{OURS}}}[15m]))", "{{loop}} {{cause}}"),
        ),
    ),
)

STORED = Row(
    "保留期限",
    "What grows with time, and what goes because it is old",
    (
        graph(
            "各表行数",
            "Rows of the tables that grow, about, as each database's statistics say",
            ("max by (database, table) (qingdan_stored_rows)", "{{database}} {{table}}"),
            width=12,
        ),
        graph(
            "最旧数据",
            "Age of the oldest row that each retention policy speaks of",
            ("max by (database, policy) (qingdan_stored_oldest_seconds)", "{{database}} {{policy}}"),
            unit="s",
            width=12,
        ),
        graph(
            "策略上次做完",
            "Time since each retention policy last left nothing that is too old; each has its turn every hour",
            (
                "time() - max by (database, policy) (qingdan_retention_last_success_seconds)",
                "{{database}} {{policy}}",
            ),
            unit="s",
            red_from=86400,
        ),
        graph(
            "删除的行",
            "Rows that went because of their age, within an hour",
            (
                "sum by (database, policy) (increase(qingdan_retention_deleted_rows_total[1h]))",
                "{{database}} {{policy}}",
            ),
        ),
        graph(
            "保留策略失败",
            "Turns of a retention policy that failed, within an hour",
            ("sum by (database, policy) (increase(qingdan_retention_failures_total[1h]))", "{{database}} {{policy}}"),
        ),
    ),
)

DASHBOARD = Dashboard(
    "qingdan-processes",
    "清单 · 进程",
    "Processes: readiness, processor, memory, handles, database connections, ticks, loops, what is stored",
    (STATE, RESOURCES, LOOPS, STORED),
    (Variable("process", "进程", "label_values(qingdan_build_info, process)"),),
)
