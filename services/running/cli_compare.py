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
    """把看板和提醒与责任台账核对，列出不一致的格子，不改动；有不一致时以 1 结束。数据目录要先停止。

    Hold boards and reminders against the ledger of duties, and name the cells that differ; changes nothing.

    Ends with 1 where something differs. What is on its way is waited for, a minute at most. With database URLs set it
    works beside the running processes; on a data folder only while nothing runs there.
    """
    from services.running.access import databases_of
    from services.running.comparing import compare

    with explained(), databases_of(settings, ("tasks", *LISTENERS)) as (tasks, *others):
        found = compare(tasks, dict(zip(LISTENERS, others, strict=True)))
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
