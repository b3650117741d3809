"""`qingdan retention`: how long rows stay in each database, and for how long an operator wants them instead."""

from __future__ import annotations

from collections.abc import Iterator

import click

from services.running.cli_help import BilingualGroup
from services.running.cli_words import cursor_of, explained
from shared.process.settings import DATABASES, Settings

NEVER = "never"


class Days(click.ParamType[int | None]):
    """A number of days, or `never`, which is None."""

    name = "days"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> int | None:
        if value == NEVER:
            return None
        if not value.isdecimal() or not 1 <= int(value) <= 36_500:
            self.fail(
                f"应为 1 至 36500 的天数，或 {NEVER}（永不删除） / "
                f"{value!r} is neither a number of days from 1 to 36500 nor {NEVER!r}",
                param,
                context,
            )
        return int(value)


@click.group(cls=BilingualGroup, epilog="qingdan retention list")
def retention() -> None:
    """数据保留多久：查看，或另定期限。

    How long rows stay before they are deleted: look at it, or choose another time.
    """


@retention.command("list", epilog="qingdan retention list --service tasks")
@click.option(
    "--service",
    "name",
    type=click.Choice(DATABASES),
    default=None,
    help="哪个数据库，不写为全部 / whose database, else all",
)
@click.pass_obj
def list_policies(settings: Settings, name: str | None) -> None:
    """每项一行：服务、名称、天数、最近一次清理完的时间、清理的行数、是什么。

    One line per policy: service, name, days, last time that nothing was left, rows gone, what it is about.
    """
    with explained():
        for service in [name] if name else _within_reach(settings):
            for line in _lines_of(settings, service):
                click.echo(line)


@retention.command("set", epilog="qingdan retention set --service notifications message 400")
@click.option("--service", "service", type=click.Choice(DATABASES), required=True, help="哪个数据库 / whose database")
@click.argument("name")
@click.argument("days", type=Days())
@click.pass_obj
def set_policy(settings: Settings, service: str, name: str, days: int | None) -> None:
    """把 NAME 一项的数据保留 DAYS 天；never 为永不删除。一小时内生效，不用重启。

    Keep the rows of policy NAME for DAYS, or `never` delete them. In force within an hour, without a restart.
    """
    from services.running.registry import retention_of
    from shared import retention as rules

    with explained(), cursor_of(settings, service) as cur:
        policy = retention_of(service).policy(name)
        rules.choose(cur, policy, days)
        click.echo(f"{service}\t{name}\t{_in_words(days)}")
        if policy.price is not None and days is not None:
            click.echo(f"{policy.price.zh}\n{policy.price.en}", err=True)


def _within_reach(settings: Settings) -> list[str]:
    """The services whose URL is set; all of them in the data folder, where none is."""
    return [name for name in DATABASES if settings.database_urls.get(name)] or list(DATABASES)


def _lines_of(settings: Settings, service: str) -> Iterator[str]:
    from services.running.registry import retention_of
    from shared import retention as rules

    found = retention_of(service)
    with cursor_of(settings, service) as cur:
        runs = rules.runs(cur)
        for policy in found.policies:
            days = _in_words(rules.days_of(cur, policy))
            run = runs.get(policy.name)
            done = f"{run.done_at:%Y-%m-%d %H:%M}" if run and run.done_at else "-"
            deleted = run.deleted if run else 0
            yield f"{service}\t{policy.name}\t{days}\t{done}\t{deleted}\t{policy.what.zh} / {policy.what.en}"
    for table, sentence in found.kept.items():
        yield f"{service}\t{table}\t{_in_words(None)}\t-\t0\t{sentence.zh} / {sentence.en}"


def _in_words(days: int | None) -> str:
    return "永久 / for ever" if days is None else f"{days} 天 / days"
