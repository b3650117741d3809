"""`qingdan rebuild`: what a service keeps of others, made anew from their event log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from services.running.cli_help import BilingualGroup
from services.running.cli_words import explained
from shared.clock import start_of
from shared.process.settings import Settings

if TYPE_CHECKING:
    from services.running.rebuilding import Report
    from services.stats.recount.records import WrongCell

COMPARES = (
    "正在从事件日志重算统计，只作比较，不改动。 / "
    "Making the counters anew from the event log, to compare alone; nothing is changed."
)
BEGINS = (
    "正在从事件日志重建统计；看板照常可看，最后换上时新的事件稍等。 / "
    "Making the counters anew from the event log; boards are read on, and new events wait while they are put in place."
)
# As many as somebody reads.
MOST_SHOWN = 20
A_DAY = "%Y-%m-%d"


@click.group(cls=BilingualGroup, epilog="qingdan rebuild stats")
def rebuild() -> None:
    """从事件日志重建一个服务保存的别人的数据。

    Make anew, from the event log, what a service keeps of others.
    """


@rebuild.command("stats", epilog="qingdan rebuild stats --check")
@click.option(
    "--since", type=click.DateTime([A_DAY]), help="只重读这一天（北京时间）起的事件 / events from this day on alone"
)
@click.option(
    "--check", "is_check", is_flag=True, help="只比较，不改动；有差异时以 1 结束 / compare alone; ends with 1"
)
@click.pass_obj
def rebuild_stats(settings: Settings, since: dt.datetime | None, *, is_check: bool) -> None:
    """从 tasks 的事件日志重建统计的数据、计数和每日记录。设了数据库地址时可在运行中进行；数据目录要先停止。

    Make the projection, the counters and the daily records of stats anew from the event log of tasks. With database
    URLs set it works beside the running processes; on a data folder only while nothing runs there.
    """
    from services.running.access import databases_of
    from services.running.rebuilding import rebuild_stats

    moment = None if since is None else start_of(since.date())
    with explained(), databases_of(settings, ("tasks", "stats"), owned=["stats"]) as (tasks, stats):
        click.echo(COMPARES if is_check else BEGINS, err=True)
        report = rebuild_stats(tasks, stats, since=moment, may_write=not is_check)
    _tell(report, is_check=is_check)
    if is_check and report.is_wrong:
        raise SystemExit(1)


def _tell(report: Report, *, is_check: bool) -> None:
    found = report.rebuilt
    done = "比较" if is_check else "重建"
    click.echo(
        f"读了 {found.events} 个事件，{done}了 {found.duties} 项责任的统计，用时 {report.seconds:.1f} 秒。\n"
        f"{found.events} events read, {found.duties} duties counted anew, in {report.seconds:.1f} s."
    )
    for cell in report.wrong[:MOST_SHOWN]:
        click.echo(f"{_named(cell)}: {cell.had} → {cell.should_be}")
    if len(report.wrong) > MOST_SHOWN:
        click.echo(f"…… 共 {len(report.wrong)} 处 / {len(report.wrong)} in all")
    for one in found.differences:
        click.echo(f"{one.table}: {one.missing} 行不同或缺少 / differ or lack, {one.needless} 行多余 / too many")
    if found.behind:
        click.echo(f"{found.behind} 项责任的新消息还在路上 / duties of which news are on the way")
    if not report.is_wrong and not found.behind:
        click.echo("没有差异。 / No difference.")
    for event_id in report.unreadable:
        click.echo(f"读不懂而跳过的事件 / passed over, because it cannot be read: {event_id}", err=True)


def _named(cell: WrongCell) -> str:
    parts = (cell.counter, cell.checklist_id, cell.key, cell.of_unit, cell.period, cell.day, cell.due_on, cell.bucket)
    return " ".join(str(part) for part in parts if part is not None)
