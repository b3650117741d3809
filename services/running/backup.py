"""The `backup` command: a copy of a stopped installation's data folder, which a live one must not be copied from."""

from __future__ import annotations

import subprocess
from pathlib import Path

from services.running.home import Home, HomeError, is_claimed
from services.running.postgres_wheel import FOLDER_HINT, is_running, start_postgres, stop_postgres
from shared.process.settings import Settings


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
    if (home.path / "lock").exists() and is_claimed(home.path):
        raise HomeError(
            f"清单正在使用目录 {home.path}，现在复制会得到不完整的数据。请先停止它（Ctrl-C），再备份。\n"
            f"A running Qingdan uses the folder {home.path}; a copy of it now would not be whole. Stop it first."
        )
    if target.exists():
        raise HomeError(
            f"{target} 已经存在，没有备份。请换一个还不存在的目录。\n"
            f"{target} exists already and nothing was copied. Choose a folder that does not exist yet."
        )
    if is_running(home.path / "postgres"):
        stop_postgres(start_postgres(home.path / "postgres"), for_all=True)
    # `cp` keeps owners, which matter here: PostgreSQL starts only with files of its own account.
    try:
        subprocess.run(["/bin/cp", "-a", str(home.path), str(target)], check=True, capture_output=True, text=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        raise HomeError(f"备份没有完成 / the backup is not whole: {error.stderr.strip()}") from error
    return target
