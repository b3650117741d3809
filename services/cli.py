"""The `qingdan` command. `python -m services.cli --help` lists what it can do.

Heavy modules are imported inside the commands: a nameko service has to patch the standard library before anything else.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from services.running.cli_audit import audit
from services.running.cli_compare import compare
from services.running.cli_dead_letters import dead_letters
from services.running.cli_drop_year import drop_year
from services.running.cli_end_waits import end_waits
from services.running.cli_help import BilingualGroup
from services.running.cli_kept import kept
from services.running.cli_rebuild import rebuild
from services.running.cli_resend import resend
from services.running.cli_retention import retention
from services.running.cli_words import cursor_of, explained
from shared import clock
from shared.process import settings as settings_module
from shared.process.settings import DATABASES, SERVICES, Settings

if TYPE_CHECKING:
    from shared.calling.proof import Proof

SECTIONS = (
    ("日常 / Daily", ("run", "import-notice", "add-administrator", "backup", "restore")),
    (
        "维护 / Maintenance",
        (
            *("audit", "retention", "drop-year", "dead-letters", "kept", "end-waits", "resend", "compare", "rebuild"),
            *("migrate", "provision", "broker-accounts", "example", "cluster", "roll"),
        ),
    ),
    ("单个进程 / Single processes", ("service", "relay", "issuer", "portal")),
)


@click.group(cls=BilingualGroup, sections=SECTIONS, epilog="qingdan run --help")
@click.pass_context
def main(context: click.Context) -> None:
    """清单：一个县每年的五级任务清单。

    Qingdan: a county's yearly five-level checklist.
    """
    context.obj = settings_module.read()


@main.command(epilog="qingdan run --no-example")
@click.option(
    "--example/--no-example", default=True, help="首次启动时建歙县示例 / make the She County example at the first start"
)
@click.pass_obj
def run(settings: Settings, *, example: bool) -> None:
    """在一个进程里运行全部，自带 PostgreSQL，数据在 QINGDAN_HOME。

    Run everything in this process, on a private PostgreSQL in QINGDAN_HOME.
    """
    from services.running import embedded

    embedded.run(settings, with_example=example)


@main.command(epilog="qingdan cluster")
@click.option(
    "--example/--no-example", default=True, help="首次启动时建歙县示例 / make the She County example at the first start"
)
@click.pass_obj
def cluster(settings: Settings, *, example: bool) -> None:
    """每个服务一个进程，自带 RabbitMQ 和 PostgreSQL，数据在 QINGDAN_HOME。

    Run every service as its own process, with a private RabbitMQ and PostgreSQL in QINGDAN_HOME.
    """
    from services.running import cluster as distributed

    distributed.run(settings, with_example=example)


@main.command(epilog="qingdan roll")
@click.pass_obj
def roll(settings: Settings) -> None:
    """把正在运行的 cluster 逐个换成这里现在的版本，不中断。

    Have the running cluster replace every process by one of the release that lies here now, without a break.
    """
    from services.running import cluster as distributed

    click.echo("逐个替换各进程，请稍候 / replacing the processes one by one")
    result = distributed.roll(settings)
    click.echo(result.text)
    sys.exit(0 if result.is_done else 1)


@main.command(epilog="qingdan service tasks")
@click.argument("name", type=click.Choice(SERVICES))
@click.pass_obj
def service(settings: Settings, name: str) -> None:
    """运行一个服务，经 RabbitMQ 收发。

    Run one service over RabbitMQ.
    """
    from services.running.processes import needs_of
    from services.running.registry import CLASSES
    from shared.shell.launcher import run_nameko

    def proof() -> Proof:
        from services.running.call_keys import proof_of

        return proof_of(settings, name)

    run_nameko(CLASSES[name], needs_of(settings, name), settings=settings, proof=proof)


@main.command(epilog="qingdan relay tasks")
@click.argument("name", type=click.Choice(SERVICES))
@click.pass_obj
def relay(settings: Settings, name: str) -> None:
    """把一个数据库的发件箱送到 RabbitMQ，并收好它的死信。

    Carry one database's outbox to RabbitMQ and its dead letters into its parking lot.
    """
    from services.running.processes import needs_of
    from services.running.registry import logs_of, own_retention_of, topology
    from shared.delivery.relay import queues_to_measure, relay_process
    from shared.sealing.sealing import Sealing

    patterns = topology()
    needs = needs_of(settings, name, queues=queues_to_measure(name, patterns))
    sealing = Sealing(logs_of(name), settings.audit_hash)
    relay_process(name, needs, patterns, retention=own_retention_of(name), sealing=sealing)


@main.command(epilog="qingdan issuer")
@click.pass_obj
def issuer(settings: Settings) -> None:
    """给下发的清单分批生成责任。

    Make the duties of issued checklists, chunk by chunk.
    """
    from services.running.processes import needs_of
    from services.tasks.issuer import issuer_process

    issuer_process(needs_of(settings, "tasks", has_broker=False))


@main.command(epilog="qingdan portal")
@click.pass_obj
def portal(settings: Settings) -> None:
    """提供网页，经 RabbitMQ 调用各服务。

    Serve the pages over RabbitMQ.
    """
    from services.portal.server import portal_process
    from services.running.call_keys import signer_of
    from services.running.processes import needs_of
    from shared.calling.rpc import RPC_EXCHANGE

    portal_process(settings, needs_of(settings, "portal", exchange=RPC_EXCHANGE), signer_of(settings))


@main.command(epilog="qingdan migrate --stage pre")
@click.option(
    "--stage",
    type=click.Choice(["pre", "post"]),
    default=None,
    help="只做这一阶段，不写则两个都做 / only this stage, both without it",
)
@click.argument("name", type=click.Choice(DATABASES), required=False)
@click.pass_obj
def migrate(settings: Settings, name: str | None, stage: str | None) -> None:
    """把一个数据库升到现在的表结构；不写名称时升级设了地址的全部数据库。

    Bring one database to the present schema; without a name, every database whose URL is set.
    """
    from services.running.deploying import migrate_databases

    with explained():
        for line in migrate_databases(settings, name, stage):
            click.echo(line)


@main.command(epilog="qingdan provision")
@click.pass_obj
def provision(settings: Settings) -> None:
    """按四个 QINGDAN_*_DATABASE_URL 建角色和数据库，用 QINGDAN_ADMIN_DATABASE_URL 连接。

    Make the roles and databases that the four QINGDAN_*_DATABASE_URL name, through QINGDAN_ADMIN_DATABASE_URL.
    """
    from services.running.deploying import provision_databases

    with explained():
        for line in provision_databases(settings):
            click.echo(line)


@main.command("broker-accounts", epilog="qingdan broker-accounts definitions.json")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.pass_obj
def broker_accounts(settings: Settings, file: Path | None) -> None:
    """写出 RabbitMQ 启动时读取的账号和队列，密码取自 QINGDAN_BROKER_*_PASSWORD，只写哈希。

    Write what RabbitMQ loads at its start: accounts, with hashes of the QINGDAN_BROKER_*_PASSWORD, and queues.
    """
    from services.running.broker_accounts import definitions_of

    text = definitions_of(settings)
    if file is None:
        click.echo(text)
    else:
        file.write_text(text, "utf-8")


@main.command("example", epilog="qingdan example")
@click.pass_obj
def make_example(settings: Settings) -> None:
    """在运行中的安装里建歙县示例并列出登录信息；供试用，正式使用不要建。

    Make the She County example in a running installation and print its sign-ins; for a trial, not for real use.
    """
    from services.running.deploying import create_example

    with explained():
        click.echo(create_example(settings))


@main.command("import-notice", epilog="qingdan import-notice notice.docx --year 2026 --dry-run")
@click.argument("file", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("--name", default=None, help="标准输入的文件名 / what the file on standard input is called")
@click.option(
    "--year",
    type=int,
    default=None,
    help="清单年度，不写取自通知，通知没写为今年 / the checklist's year; without it the notice's, or else this",
)
@click.option(
    "--title", default=None, help="清单标题，不写用通知的标题 / the checklist's title, the notice's own without it"
)
@click.option(
    "--as", "sign_in_name", default="lead", help="牵头单位人员的登录名 / sign-in name of the person of the lead bureau"
)
@click.option("--dry-run", is_flag=True, help="只显示草稿，不保存 / print the draft and store nothing")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="显示格式 / how it is shown"
)
@click.pass_obj
def import_notice(
    settings: Settings,
    file: Path,
    *,
    name: str | None,
    year: int | None,
    title: str | None,
    sign_in_name: str,
    dry_run: bool,
    output: str,
) -> None:
    """把正式通知读成清单草稿；文件写 - 从标准输入读，写文件夹则逐个读并列表。装有 LibreOffice 时也读 .doc、.wps。

    Read an official notice into a draft checklist; - reads standard input, a folder every notice in it. .doc and .wps
    are read where LibreOffice is installed.

    退出码 / exit codes: 0 成功 / done, 1 被拒绝 / refused, 2 用法有误 / wrong call, 3 读不出 / unreadable,
    4 不像通知 / no notice, 5 文件夹里有的没成 / some of a folder failed
    """
    from services.running import notice_command
    from services.running.notice_command import Request

    request = Request(year, title, None if dry_run else sign_in_name, output)
    with explained():
        sys.exit(notice_command.run(settings, file, name, request))


@main.command("add-administrator", epilog="qingdan add-administrator zhang 歙县")
@click.argument("sign_in_name")
@click.argument("unit_name")
@click.pass_obj
def add_administrator(settings: Settings, sign_in_name: str, unit_name: str) -> None:
    """给新安装建第一个系统管理员和单位，显示一次性的初始密码。

    Make the first administrator of a new installation, with a county unit, and print a one-time password.
    """
    from services.tasks.directory.bootstrap import add_first_administrator

    with explained(), cursor_of(settings, "tasks") as cur:
        click.echo(add_first_administrator(cur, sign_in_name, unit_name))


@main.command(epilog="qingdan backup /srv/backup/2026-11-27")
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def backup(settings: Settings, folder: Path) -> None:
    """把停止后的数据目录备份到 FOLDER。

    Copy the data folder of a stopped installation to FOLDER.
    """
    from services.running.backup import back_up

    with explained():
        click.echo(f"已备份到 {back_up(settings, folder)} / copied there")


@main.command(epilog="qingdan restore /srv/backup/2026-11-27")
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def restore(settings: Settings, folder: Path) -> None:
    """用 FOLDER 里的备份换下数据目录；现有数据移到旁边，不删除。先停止清单。

    Put the backup in FOLDER in the place of the data folder, while nothing runs; the present data is kept beside it.
    """
    from services.running.backup import restore as put_back

    with explained():
        kept = put_back(settings, folder, clock.now())
    click.echo(f"已从 {folder} 恢复。所有人需要重新登录，以前消息里的链接作废。 / Restored: everybody signs in again.")
    if kept:
        click.echo(f"原来的数据在 {kept} / The data of before is kept there.")


main.add_command(audit)
main.add_command(dead_letters)
main.add_command(kept)
main.add_command(end_waits)
main.add_command(retention)
main.add_command(drop_year)
main.add_command(resend)
main.add_command(compare)
main.add_command(rebuild)


if __name__ == "__main__":
    main(prog_name="qingdan")
