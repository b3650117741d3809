"""`qingdan drop-year`: the single duties of a year that is over leave boards and reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from services.running.cli_help import BilingualCommand
from services.running.cli_words import cursor_of, explained
from shared import clock
from shared.process.settings import Settings

if TYPE_CHECKING:
    from services.tasks.years.dropping import Going


@click.command("drop-year", cls=BilingualCommand, epilog="qingdan drop-year 2022 --reason '数据库空间'")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option("--reason", default="", help="原因，记入审计日志 / why, for the audit log; without it nothing is dropped")
@click.pass_obj
def drop_year(settings: Settings, year: int, reason: str) -> None:
    """看板和提醒不再保留 YEAR 年的单项责任；责任台账、数字和通报都保留。

    Let boards and reminders keep the single duties of YEAR no longer; the ledger, all numbers and bulletins stay.

    Without a reason it says what would go. The checklists of the year must have been ended for 400 days. It cannot be
    taken back.
    """
    from services.tasks.years import dropping

    with explained(), cursor_of(settings, "tasks") as cur:
        if not reason.strip():
            _say(dropping.look(cur, year, clock.today()))
            click.echo("什么也没有清除；确认后加上 --reason 再执行。\nNothing was dropped. Add --reason to do it.")
            return
        going = dropping.drop(cur, year, clock.today(), reason=reason.strip())
    _say(going)
    click.echo("已通知看板和提醒，几分钟内清除完。\nBoards and reminders are told, and have dropped it within minutes.")


def _say(going: Going) -> None:
    for one in going.checklists:
        before = f" ({one.dropped_on} 已清除 / dropped before)" if one.dropped_on else ""
        click.echo(f"{one.title}\t{one.duties}{before}")
    number, lists = going.duties, len(going.checklists)
    click.echo(
        f"清除：看板和提醒里 {going.year} 年 {lists} 份清单的 {number} 项责任和它们的历次变化。\n"
        f"Goes: {number} duties of {lists} checklists of {going.year}, with their versions, from boards and reminders."
    )
    click.echo(
        "保留：责任台账、经过和附件，每份清单、每行、每个单位每天的数字，数据，通报，审计日志。\n"
        "Stays: the ledger of duties with histories and files, the numbers of each checklist, row, unit and day, "
        "figures, bulletins, the audit log."
    )
