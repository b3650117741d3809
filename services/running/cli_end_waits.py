"""`qingdan end-waits`: ends the waits of signing in where no administrator gets in to do it at a page."""

from __future__ import annotations

import click

from services.running.cli_help import BilingualCommand
from services.running.cli_words import cursor_of, explained
from shared.process.settings import Settings


@click.command("end-waits", cls=BilingualCommand, epilog="qingdan end-waits")
@click.pass_obj
def end_waits(settings: Settings) -> None:
    """解除所有登录等待：输错密码的次数全部从头计。

    End all waits of signing in: failed attempts are counted anew, for every name and every address.

    One account alone: the page of the account, by the administrator.
    """
    from services.portal.signing_in import store

    with explained(), cursor_of(settings, "portal") as cur:
        counters = store.forget_all(cur)
    click.echo(f"已清除 {counters} 个计数，可以马上登录 / {counters} counters are gone; signing in is possible at once")
