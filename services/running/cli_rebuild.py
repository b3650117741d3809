"""`qingdan rebuild`: what a service keeps of others, made anew from their event log."""

from __future__ import annotations

import click

from services.running.cli_help import BilingualGroup
from services.running.cli_words import explained
from shared.process.settings import Settings

BEGINS = (
    "正在从事件日志重建统计，期间看板提示系统正忙，新的事件等它完成。 / "
    "Making the counters anew from the event log; boards are busy and new events wait meanwhile."
)


@click.group(cls=BilingualGroup, epilog="qingdan rebuild stats")
def rebuild() -> None:
    """从事件日志重建一个服务保存的别人的数据。

    Make anew, from the event log, what a service keeps of others.
    """


@rebuild.command("stats", epilog="qingdan rebuild stats")
@click.pass_obj
def rebuild_stats(settings: Settings) -> None:
    """从 tasks 的事件日志重建统计的数据和计数。设了数据库地址时可在运行中进行；数据目录要先停止。

    Make the projection and the counters of stats anew from the event log of tasks.

    With database URLs set it works beside the running processes; on a data folder only while nothing runs there.
    """
    from services.running.access import databases_of
    from services.running.rebuilding import rebuild_stats

    with explained(), databases_of(settings, ("tasks", "stats")) as (tasks, stats):
        click.echo(BEGINS, err=True)
        report = rebuild_stats(tasks, stats)
        events, duties = report.rebuilt.events, report.rebuilt.duties
        click.echo(
            f"读了 {events} 个事件，重建了 {duties} 项责任的统计，用时 {report.seconds:.1f} 秒。\n"
            f"{events} events read, {duties} duties counted anew, in {report.seconds:.1f} s."
        )
        for event_id in report.unreadable:
            click.echo(f"读不懂而跳过的事件 / passed over, because it cannot be read: {event_id}", err=True)
