"""`qingdan compare`: do boards and reminders say what the ledger of duties says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from services.running.cli_help import BilingualCommand
from services.running.cli_words import explained
from shared.light import State
from shared.process.settings import Settings

if TYPE_CHECKING:
    from services.running.comparing import Wrong

LISTENERS = ("stats", "notifications")
WHOSE = {"stats": "看板 / boards", "notifications": "提醒 / reminders"}
# As many as somebody reads.
MOST_SHOWN = 100


@click.command(cls=BilingualCommand, epilog="qingdan compare")
@click.pass_obj
def compare(settings: Settings) -> None:
    """把看板和提醒与责任台账核对，列出不一致的格子，不改动；有不一致时以 1 结束。没设数据库地址时，数据目录要先停止。

    Hold boards and reminders against the ledger of duties, and name the cells that differ; changes nothing. It ends
    with 1 where something differs. Without database URLs whatever runs on the data folder is to be stopped first.

    路上的消息最多等一分钟。设了 QINGDAN_TASKS_DATABASE_URL、QINGDAN_STATS_DATABASE_URL 和
    QINGDAN_NOTIFICATIONS_DATABASE_URL 时，可在运行中进行。

    What is on its way is waited for, a minute at most. With QINGDAN_TASKS_DATABASE_URL, QINGDAN_STATS_DATABASE_URL and
    QINGDAN_NOTIFICATIONS_DATABASE_URL set it works beside the running processes.
    """
    from services.running.access import databases_of
    from services.running.comparing import compare

    with explained(), databases_of(settings, ("tasks", *LISTENERS)) as (tasks, *others):
        found = compare(tasks, dict(zip(LISTENERS, others, strict=True)))
    if not found.duties:
        click.echo("台账里没有责任，没有可以核对的。 / The ledger has no duties, and there is nothing to compare.")
        return
    click.echo(f"核对了 {found.duties} 项责任。 / {found.duties} duties compared.")
    for one in found.wrong[:MOST_SHOWN]:
        click.echo(_named(one))
    if len(found.wrong) > MOST_SHOWN:
        click.echo(f"…… 共 {len(found.wrong)} 格 / {len(found.wrong)} cells in all")
    if found.wrong:
        raise SystemExit(1)
    click.echo("全部一致。 / All agree.")


def _named(wrong: Wrong) -> str:
    from services.tasks.duties.answers import STATE_WORDS

    cell, number = wrong.cell, abs(wrong.lacks)
    word = STATE_WORDS[State(cell.state)]
    zh, en = ("少", "too few") if wrong.lacks > 0 else ("多", "too many")
    return (
        f"{WHOSE[wrong.service]}：{cell.checklist}，{cell.unit}，{cell.due_on} 到期，{word.zh}："
        f"{zh} {number} 项 / {word.en}, due {cell.due_on}: {number} {en}"
    )
