"""`qingdan resend`: what a service should have heard, sent to it alone once more."""

from __future__ import annotations

import datetime as dt

import click

from services.running.cli_help import BilingualCommand
from services.running.cli_words import cursor_of, explained, within_reach
from shared import clock
from shared.clock import start_of
from shared.errors import Invalid
from shared.process.settings import SERVICES, Settings
from shared.text import Text

A_DAY = "%Y-%m-%d"


@click.command(cls=BilingualCommand, epilog="qingdan resend --service stats --since 2026-11-20")
@click.option("--service", "consumer", type=click.Choice(SERVICES), required=True, help="发给哪个服务 / to whom")
@click.option(
    "--since",
    type=click.DateTime([A_DAY]),
    required=True,
    help="从这一天（北京时间）起的事件 / events from this day on, by the time of Beijing",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(SERVICES),
    default=None,
    help="只要这个服务发出的，不写为全部 / of this service alone, else of all",
)
@click.pass_obj
def resend(settings: Settings, consumer: str, since: dt.datetime, source: str | None) -> None:
    """把一个服务应当收到的事件再发给它一次，只发给它；已有的它会跳过。

    Send what a service should have heard to it alone once more; it passes over what it has.

    Missing events come again by themselves. This is for a database that was set back by hand, and other mishaps.
    """
    moment = start_of(since.date())
    with explained():
        _check(settings, consumer, moment)
        for name in [source] if source else within_reach(settings):
            click.echo(_ask(settings, name, consumer, moment))


def _check(settings: Settings, consumer: str, moment: dt.datetime) -> None:
    """Invalid for a day of which the listener no longer knows what it has: it would take all of it for new."""
    from shared.delivery.forgetting import INBOX
    from shared.retention import days_of

    with cursor_of(settings, consumer) as cur:
        days = days_of(cur, INBOX)
    if days is not None and clock.now() - moment > dt.timedelta(days=days - 1):
        raise Invalid(
            Text(
                f"接收方只记得 {days} 天内收到过什么，请选晚一些的日期。什么也没有发送。",
                f"The listener remembers for {days} days what it has heard. Choose a later day. Nothing was sent.",
            )
        )


def _ask(settings: Settings, source: str, consumer: str, moment: dt.datetime) -> str:
    from shared.delivery import outbox, resending
    from shared.hearing.asking import Question, Wants
    from shared.hearing.spans import Span

    with cursor_of(settings, source) as cur:
        span = Span(outbox.before(cur, moment), outbox.end(cur))
        if not span.is_empty:
            resending.ask(cur, Question(source, consumer, Wants.EVERYTHING, span))
    return f"{source} → {consumer}: " + (
        "没有事件 / no events" if span.is_empty else "已登记，转发进程随即重发 / noted; the relay sends them at once"
    )
