"""`backup` and `restore`: a copy of a stopped installation's data folder, and such a copy in its place."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

from services.running import store
from services.running.home import Home, HomeError, claim_home, is_claimed, private_postgres
from services.running.postgres_wheel import FOLDER_HINT, is_running, start_postgres, stop_postgres
from shared.database import Database
from shared.process.settings import Settings

# The private RabbitMQ's part of the data folder.
BROKER = "rabbitmq"


def back_up(settings: Settings, target: Path) -> Path:
    """Copy the data folder to `target`, owners and rights included, and return where the copy is.

    HomeError when there is no installation, when it runs, or when `target` is there already. PostgreSQL that a killed
    process left behind is stopped first.
    """
    home = Home(settings.home)
    if not (home.path / "postgres").exists():
        raise HomeError(
            f"目录 {home.path} 里没有数据。请用 QINGDAN_HOME 指到数据目录。\n"
            f"There is no installation in the folder {home.path}. {FOLDER_HINT}"
        )
    if target.exists():
        raise HomeError(
            f"{target} 已经存在，没有备份。请换一个还不存在的目录。\n"
            f"{target} exists already and nothing was copied. Choose a folder that does not exist yet."
        )
    _hold(home.path)
    draft = _beside(target, "unfinished")
    _copy(home.path, draft)
    _without_broker(draft)
    draft.rename(target)
    return target


def restore(settings: Settings, source: Path, now: dt.datetime) -> Path | None:
    """Put the copy `source` in the place of the data folder; returns where what was there is kept, None without any.

    HomeError when `source` is no whole copy, or when the folder or the copy is in use; then nothing has changed. Killed
    at any moment, it can be called again. Nothing is told once more that was sent after the copy was made, links of
    messages are void, and everybody signs in again.
    """
    home = settings.home
    if not all((source / name).exists() for name in ("postgres/PG_VERSION", "secrets.json")):
        raise HomeError(
            f"{source} 不是完整的备份，什么也没有改动。请指到 qingdan backup 写的目录。\n"
            f"{source} is no whole backup and nothing was changed. Name a folder that qingdan backup has written."
        )
    if source.resolve() in (home.resolve(), *home.resolve().parents) or home.resolve() in source.resolve().parents:
        raise HomeError(
            f"备份 {source} 和数据目录 {home} 是同一处，什么也没有改动。\n"
            f"The backup {source} and the data folder {home} are one place; nothing was changed."
        )
    _come_to_rest(source)
    if home.exists():
        _hold(home)
    draft = _beside(home, "restoring")
    _copy(source, draft)
    _without_broker(draft)
    _note_restored(draft)
    kept = _set_aside(home, now)
    draft.rename(home)
    return kept


def _without_broker(folder: Path) -> None:
    """What was on its way is told again by the databases; queues know their files by the path of the old folder."""
    if (folder / BROKER).exists():
        shutil.rmtree(folder / BROKER)


def _note_restored(folder: Path) -> None:
    with private_postgres(claim_home(folder), is_ours=True) as urls:
        for url in urls.values():
            database = Database(url, size=1)
            with database.transaction() as cur:
                store.note_restored(cur)
            database.close()


def _set_aside(home: Path, now: dt.datetime) -> Path | None:
    if not home.exists():
        return None
    kept = _beside(home, f"before-{now:%Y%m%d-%H%M%S}")
    try:
        home.rename(kept)
    except OSError as error:
        raise HomeError(
            f"目录 {home} 不能移到 {kept}：{error.strerror}。现有数据没有改动，请换一个目录恢复。\n"
            f"The folder {home} cannot be moved to {kept}: {error.strerror}. Restore to another folder."
        ) from error
    return kept


def _hold(home: Path) -> None:
    """Let nothing start in the folder until this process ends; HomeError while something runs there."""
    claim_home(home)
    _stop_what_is_left(home)


def _come_to_rest(folder: Path) -> None:
    """HomeError while somebody uses the folder; a PostgreSQL that a killed process left behind is stopped."""
    if (folder / "lock").exists() and is_claimed(folder):
        raise HomeError(
            f"清单正在使用目录 {folder}，现在复制会得到不完整的数据。请先停止它（Ctrl-C），再备份或恢复。\n"
            f"A running Qingdan uses the folder {folder}; a copy of it now would not be whole. Stop it first."
        )
    _stop_what_is_left(folder)


def _stop_what_is_left(folder: Path) -> None:
    if (folder / "postgres").exists() and is_running(folder / "postgres"):
        stop_postgres(start_postgres(folder / "postgres"), for_all=True)


def _beside(folder: Path, word: str) -> Path:
    whole = folder.resolve()
    return whole.with_name(f"{whole.name}.{word}")


def _copy(source: Path, draft: Path) -> None:
    if draft.exists():
        # Of a copy that was killed.
        shutil.rmtree(draft)
    # `cp` keeps owners, which matter here: PostgreSQL starts only with files of its own account.
    try:
        subprocess.run(["/bin/cp", "-a", str(source), str(draft)], check=True, capture_output=True, text=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        raise HomeError(
            f"复制没有完成：{error.stderr.strip()}。请检查目录是否存在、磁盘是否够用，再做一次。\n"
            f"The copy is not whole: {error.stderr.strip()}. Check the folder and the space on the disk; make it again."
        ) from error
