"""`qingdan kept`: commands that the portal keeps while the services are away, and what a person decides about them."""

from __future__ import annotations

import click

from services.running.cli_help import BilingualGroup
from services.running.cli_words import cursor_of, explained, say_how_many
from shared.process.settings import Settings
from shared.text import Text

SENT = Text("马上再发送", "to be sent")
GIVEN_UP = Text("已停止发送", "given up")
NOT_CHANGED = Text(
    "状态不允许，或者收到已满两天，请用 kept list --all 查看。",
    "because of their state or age: see kept list --all.",
)


@click.group("kept", cls=BilingualGroup, epilog="qingdan kept list")
def kept() -> None:
    """服务连不上时网页收下的操作：查看、再发或停止。

    Commands that the pages keep while the services are away: look at them, send again or stop.
    """


@kept.command("list", epilog="qingdan kept list --all")
@click.option("--all", "everything", is_flag=True, help="也列出已有结果的 / also those that are settled")
@click.pass_obj
def list_kept(settings: Settings, *, everything: bool) -> None:
    """每项一行：编号、状态、收到时间、次数、操作、请求编号。不显示填写的内容。

    One line per command: id, state, received, tries, operation, number of the request. What was typed is not shown.
    """
    from services.portal.keeping import store

    with explained(), cursor_of(settings, "portal") as cur:
        rows = store.listed(cur, everything=everything)
    for row in rows:
        received = f"{row.received_at:%Y-%m-%d %H:%M}"
        click.echo(f"{row.id}\t{row.state}\t{received}\t{row.attempts}\t{row.operation}\t{row.correlation_id}")
    if not rows:
        click.echo("无 / none")


@kept.command("again", epilog="qingdan kept again 12")
@click.argument("kept_ids", type=int, nargs=-1, required=True)
@click.pass_obj
def send_again(settings: Settings, kept_ids: tuple[int, ...]) -> None:
    """马上再发送：等待中的，以及停止发送不满两天的；不会重复生效。

    Send now what waits, and what was given up within two days of the click; nothing takes effect twice.
    """
    from services.portal.keeping import outcomes, store

    with explained(), cursor_of(settings, "portal") as cur:
        changed = store.send_again(cur, kept_ids, within=outcomes.KNOWN_AGAIN)
    say_how_many(changed, len(set(kept_ids)), SENT, otherwise=NOT_CHANGED)


@kept.command("stop", epilog="qingdan kept stop 12")
@click.argument("kept_ids", type=int, nargs=-1, required=True)
@click.pass_obj
def stop(settings: Settings, kept_ids: tuple[int, ...]) -> None:
    """不再发送等待中的；提交的人会看到，填写的内容还在。

    Send what waits no more; whoever sent it is told, with what was typed.
    """
    from services.portal.keeping import outcomes, store

    with explained(), cursor_of(settings, "portal") as cur:
        changed = store.give_up(cur, kept_ids, outcomes.BY_HAND.as_dict())
    say_how_many(changed, len(set(kept_ids)), GIVEN_UP, otherwise=NOT_CHANGED)
