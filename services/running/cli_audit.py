"""`qingdan audit`: whether the log of each database is as it was written, and its head, to be kept elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from services.running.cli_help import BilingualGroup
from services.running.cli_words import cursor_of, explained
from shared.process.settings import SERVICES, Settings
from shared.text import Text


class Head(NamedTuple):
    """The end of a service's chain: how many seals it had, and the hash of the last one."""

    service: str
    seq: int
    hash: str


AS_OWNER = Text(
    "连接数据库的账号就是表的拥有者，能停用防改动的触发器。请另设工作账号，见运维手册“审计记录”一节",
    "the role that connects owns the tables and could switch the guards off; give the processes a working "
    "role, see operations, the audit log",
)


class HeadParam(click.ParamType[Head]):
    """A head as `qingdan audit head` writes it."""

    name = "head"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> Head:
        found = re.fullmatch(rf"({'|'.join(SERVICES)}):([0-9]{{1,18}}):([0-9a-f]{{64}})", value.strip())
        if found is None:
            self.fail(
                f"{value!r} 不是链头，应为 qingdan audit head 显示的一行 / "
                f"{value!r} is no head; give a line that qingdan audit head wrote",
                param,
                context,
            )
        return Head(found[1], int(found[2]), found[3])


@click.group(cls=BilingualGroup, epilog="qingdan audit verify")
def audit() -> None:
    """审计记录的链：核对，或取链头另存。

    The chain of the log: verify it, or print its head to keep elsewhere.
    """


_service_option = click.option(
    "--service",
    "name",
    type=click.Choice(SERVICES),
    default=None,
    help="哪个服务的，不写为全部 / whose, else all",
)


@audit.command("head", epilog="qingdan audit head --service tasks")
@_service_option
@click.pass_obj
def show_head(settings: Settings, name: str | None) -> None:
    """每个服务一行：服务、封印数、最后一条的摘要；另存后可以发现末尾被删。

    One line per service: service, number of seals, hash of the last. Kept elsewhere, it shows a missing end.
    """
    with explained():
        for service in _asked(settings, name):
            click.echo(_line(_head_of(settings, service)))


@audit.command("verify", epilog="qingdan audit verify --service tasks")
@_service_option
@click.option(
    "--expect",
    "expected",
    type=HeadParam(),
    multiple=True,
    help="以前另存的链头，可以多次 / a head kept elsewhere, may be repeated",
)
@click.pass_obj
def verify(settings: Settings, name: str | None, expected: Sequence[Head]) -> None:
    """从头核对每个服务的审计记录，指出被改动、删除、调换的；都对时显示条数和链头，否则退出码为 1。

    Verify every service's log: name what was altered, removed or moved, with exit code 1; else print number and head.
    """
    asked = _asked(settings, name)
    strange = sorted({head.service for head in expected} - set(asked))
    if strange:
        raise click.UsageError(
            f"--expect 里的 {'、'.join(strange)} 不在核对之列 / --expect names {', '.join(strange)}, not verified here"
        )
    with explained():
        wrong = sum([_verify(settings, service, expected) for service in asked])
    sys.exit(1 if wrong else 0)


def _asked(settings: Settings, name: str | None) -> list[str]:
    """The service, else those whose URL is set; all of them in the data folder, where none is."""
    if name:
        return [name]
    return [one for one in SERVICES if settings.database_urls.get(one)] or list(SERVICES)


def _head_of(settings: Settings, service: str) -> Head:
    from shared.sealing import queries

    with cursor_of(settings, service) as cur:
        head = queries.head(cur)
    return Head(service, head.seq if head else 0, head.hash if head else "0" * 64)


def _verify(settings: Settings, service: str, expected: Sequence[Head]) -> int:
    """Say what is wrong with one chain; how much that is."""
    from services.running.registry import logs_of
    from shared.sealing import queries
    from shared.sealing.verifying import Expected, findings

    head = _head_of(settings, service)
    known = [Expected(one.seq, one.hash) for one in expected if one.service == service and one.seq]
    wrong = 0
    with cursor_of(settings, service) as cur:
        if queries.is_owner(cur):
            click.echo(f"{service}\t-\t{AS_OWNER.zh} / {AS_OWNER.en}", err=True)
        for found in findings(cur, logs_of(service), known):
            wrong += 1
            place = f"{found.seq or '-'}\t{found.table or '-'} {found.row_id or ''}".rstrip()
            click.echo(f"{service}\t{place}\t{found.what.zh} / {found.what.en}")
    if not wrong:
        click.echo(f"{_line(head)}\t核对无误 / verified")
    return wrong


def _line(head: Head) -> str:
    return f"{head.service}:{head.seq}:{head.hash}"
