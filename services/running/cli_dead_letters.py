"""`qingdan dead-letters`: messages that a consumer could not take, and what a person decides about them."""

from __future__ import annotations

import json

import click

from services.running.cli_help import BilingualGroup
from services.running.cli_words import cursor_of, explained, say_how_many, within_reach
from shared.process.settings import SERVICES, Settings
from shared.text import Text

REPLAYED = Text("将再次发送", "to be replayed")
DISCARDED = Text("已放弃", "discarded")
NOT_CHANGED = Text(
    "不在待处理之列，请用 dead-letters list --all 查看。",
    "because they do not wait for a decision: see dead-letters list --all.",
)


@click.group("dead-letters", cls=BilingualGroup, epilog="qingdan dead-letters list")
def dead_letters() -> None:
    """服务收不下的消息：查看、重发或放弃。

    Messages that a consumer could not take: look at them, replay or discard them.
    """


_service_option = click.option(
    "--service", "name", type=click.Choice(SERVICES), default="stats", show_default=True, help="哪个服务的 / whose"
)


@dead_letters.command("list", epilog="qingdan dead-letters list --service stats")
@click.option(
    "--service", "name", type=click.Choice(SERVICES), default=None, help="哪个服务的，不写为全部 / whose, else all"
)
@click.option("--all", "everything", is_flag=True, help="也列出已重发和已放弃的 / also replayed and discarded ones")
@click.pass_obj
def list_dead_letters(settings: Settings, name: str | None, *, everything: bool) -> None:
    """每条消息一行：服务、编号、状态、时间、类型、原因。

    One line per message: service, id, state, when, type, reason.
    """
    with explained():
        for service in [name] if name else within_reach(settings):
            for line in _lines_of(settings, service, everything=everything) or [f"{service}\t无 / none"]:
                click.echo(line)


def _lines_of(settings: Settings, name: str, *, everything: bool) -> list[str]:
    from shared.delivery import deadletters

    with cursor_of(settings, name) as cur:
        return [
            f"{name}\t{row.id}\t{row.state}\t{row.parked_at:%Y-%m-%d %H:%M}\t{row.event_type or '-'}\t{row.reason}"
            for row in deadletters.list_parked(cur, everything=everything)
        ]


@dead_letters.command("show", epilog="qingdan dead-letters show --service stats 12")
@_service_option
@click.argument("message_id", type=int)
@click.pass_obj
def show_dead_letter(settings: Settings, name: str, message_id: int) -> None:
    """一条消息的全部情况和内容。

    Everything known of one message, with its body.
    """
    from shared.delivery import deadletters

    with explained(), cursor_of(settings, name) as cur:
        letter = deadletters.show(cur, message_id)
        click.echo(json.dumps(letter._asdict() | {"body": letter.text}, ensure_ascii=False, indent=1, default=str))


@dead_letters.command("replay", epilog="qingdan dead-letters replay --service stats 12 13")
@_service_option
@click.argument("message_ids", type=int, nargs=-1, required=True)
@click.pass_obj
def replay_dead_letters(settings: Settings, name: str, message_ids: tuple[int, ...]) -> None:
    """再发送一次；已经收下的不会重复生效。

    Send messages to their consumer once more; what was taken already has no second effect.
    """
    from shared.delivery import deadletters

    with explained(), cursor_of(settings, name) as cur:
        changed = deadletters.ask_replay(cur, message_ids)
        say_how_many(changed, len(set(message_ids)), REPLAYED, otherwise=NOT_CHANGED)


@dead_letters.command("discard", epilog="qingdan dead-letters discard --service stats 12")
@_service_option
@click.argument("message_ids", type=int, nargs=-1, required=True)
@click.pass_obj
def discard_dead_letters(settings: Settings, name: str, message_ids: tuple[int, ...]) -> None:
    """放弃这些消息；记录保留。

    Give messages up; their rows stay as a record.
    """
    from shared.delivery import deadletters

    with explained(), cursor_of(settings, name) as cur:
        say_how_many(deadletters.discard(cur, message_ids), len(set(message_ids)), DISCARDED, otherwise=NOT_CHANGED)
