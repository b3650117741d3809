"""The `qingdan` command. `python -m services.cli --help` lists what it can do.

Heavy modules are imported inside the commands: a nameko service has to patch the standard library before anything else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from services.running.cli_dead_letters import dead_letters
from services.running.cli_rebuild import rebuild
from services.running.cli_retention import retention
from services.running.cli_words import cursor_of, explained
from shared.process import settings as settings_module
from shared.process.settings import DATABASES, SERVICES, Settings


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Qingdan 清单: a county's yearly five-level checklist."""
    context.obj = settings_module.read()


@main.command()
@click.option("--example/--no-example", default=True, help="Make the She County example at the first start.")
@click.pass_obj
def run(settings: Settings, *, example: bool) -> None:
    """Run everything in this process, on a private PostgreSQL in QINGDAN_HOME."""
    from services.running import embedded

    embedded.run(settings, with_example=example)


@main.command()
@click.option("--example/--no-example", default=True, help="Make the She County example at the first start.")
@click.pass_obj
def cluster(settings: Settings, *, example: bool) -> None:
    """Run every service as its own process, with a private RabbitMQ and PostgreSQL in QINGDAN_HOME."""
    from services.running import cluster as distributed

    distributed.run(settings, with_example=example)


@main.command()
@click.pass_obj
def roll(settings: Settings) -> None:
    """Have the running cluster replace every process by one of the release that lies here now, without a break."""
    from services.running import cluster as distributed

    click.echo("逐个替换各进程，请稍候 / replacing the processes one by one")
    result = distributed.roll(settings)
    click.echo(result.text)
    sys.exit(0 if result.is_done else 1)


@main.command()
@click.argument("name", type=click.Choice(SERVICES))
@click.pass_obj
def service(settings: Settings, name: str) -> None:
    """Run one service over RabbitMQ."""
    from services.running.processes import needs_of
    from services.running.registry import CLASSES
    from shared.shell.launcher import run_nameko

    run_nameko(CLASSES[name], needs_of(settings, name))


@main.command()
@click.argument("name", type=click.Choice(SERVICES))
@click.pass_obj
def relay(settings: Settings, name: str) -> None:
    """Carry one database's outbox to RabbitMQ and its dead letters into its parking lot."""
    from services.running.processes import needs_of
    from services.running.registry import service_class, topology
    from shared.delivery.relay import queues_to_measure, relay_process

    patterns = topology()
    needs = needs_of(settings, name, queues=queues_to_measure(name, patterns))
    relay_process(name, needs, patterns, retention=service_class(name).retention)


@main.command()
@click.pass_obj
def issuer(settings: Settings) -> None:
    """Make the duties of issued checklists, chunk by chunk."""
    from services.running.processes import needs_of
    from services.tasks.issuing.issuer import issuer_process

    issuer_process(needs_of(settings, "tasks", has_broker=False))


@main.command()
@click.pass_obj
def portal(settings: Settings) -> None:
    """Serve the pages over RabbitMQ."""
    from services.portal.server import portal_process
    from services.running.processes import needs_of

    portal_process(settings, needs_of(settings, "portal"))


@main.command()
@click.option("--stage", type=click.Choice(["pre", "post"]), default=None, help="Only this stage; both without it.")
@click.argument("name", type=click.Choice(DATABASES), required=False)
@click.pass_obj
def migrate(settings: Settings, name: str | None, stage: str | None) -> None:
    """Bring one database to the present schema; without a name, every database whose URL is set."""
    from services.running.deploying import migrate_databases

    with explained():
        for line in migrate_databases(settings, name, stage):
            click.echo(line)


@main.command()
@click.pass_obj
def provision(settings: Settings) -> None:
    """Make the roles and databases that the four QINGDAN_*_DATABASE_URL name, through QINGDAN_ADMIN_DATABASE_URL."""
    from services.running.deploying import provision_databases

    with explained():
        for line in provision_databases(settings):
            click.echo(line)


@main.command("example")
@click.pass_obj
def make_example(settings: Settings) -> None:
    """Make the She County example in a running installation and print its sign-ins; for a trial, not for real use."""
    from services.running.deploying import create_example

    with explained():
        click.echo(create_example(settings))


@main.command("import-notice")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=int, default=None, help="The checklist's year; this year without it.")
@click.option("--title", default=None, help="The checklist's title; the notice's own without it.")
@click.option("--as", "sign_in_name", default="lead", help="Sign-in name of the person of the lead bureau.")
@click.option("--dry-run", is_flag=True, help="Print the draft and store nothing.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def import_notice(
    settings: Settings,
    file: Path,
    *,
    year: int | None,
    title: str | None,
    sign_in_name: str,
    dry_run: bool,
    output: str,
) -> None:
    """Read an official notice (.txt, .docx) into a draft checklist."""
    from services.running import notice_command

    with explained():
        if dry_run:
            notice_command.print_draft(settings, file, year, output)
        else:
            notice_command.store_draft(settings, file, year=year, title=title, sign_in_name=sign_in_name, output=output)


@main.command("add-administrator")
@click.argument("sign_in_name")
@click.argument("unit_name")
@click.pass_obj
def add_administrator(settings: Settings, sign_in_name: str, unit_name: str) -> None:
    """Make the first administrator of a new installation, with a county unit, and print a one-time password."""
    from services.tasks.directory.bootstrap import add_first_administrator

    with explained(), cursor_of(settings, "tasks") as cur:
        click.echo(add_first_administrator(cur, sign_in_name, unit_name))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def backup(settings: Settings, folder: Path) -> None:
    """把停止后的数据目录备份到 FOLDER / copy the data folder of a stopped installation to FOLDER.

    例 / example: qingdan backup /srv/backup/2026-11-27
    """
    from services.running.backup import back_up

    with explained():
        click.echo(f"已备份到 {back_up(settings, folder)} / copied there")


main.add_command(dead_letters)
main.add_command(retention)
main.add_command(rebuild)


if __name__ == "__main__":
    main(prog_name="qingdan")
