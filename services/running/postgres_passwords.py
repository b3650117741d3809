"""The private PostgreSQL asks everybody for a password, by its socket too, whoever made its folder.

The wheel makes a folder whose server trusts whoever reaches its socket, and so did the release before. At each start
the superuser gets the password of the data folder, and the server is told to ask; a folder that asks stays as it is.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from shared.process.provision import Login, PasswordRefusedError, set_password

SUPERUSER = "postgres"
# Which rule holds for whom. A server without a network port reads the last two for nobody.
ACCESS = """\
# Written by Qingdan at each start. Everybody is asked for a password.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


class PasswordError(SystemExit):
    """The server does not know the password of the data folder; the message is what the operator reads."""


def ask_for_passwords(folder: Path, address: str, password: str) -> str:
    """Have the server on the data in `folder` ask for passwords; returns the superuser's address with his.

    PasswordError when it asks already, and for another one.
    """
    access = folder / "pg_hba.conf"
    known = _with_password(address, password)
    try:
        if access.read_text("utf-8") == ACCESS:
            set_password(known, Login(SUPERUSER, password))
        else:
            # Where it still trusts, a password that it does not know yet is not asked for.
            set_password(known, Login(SUPERUSER, password), between=lambda: _write(access))
    except PasswordRefusedError as error:
        raise PasswordError(
            f"数据库不认 {folder.parent / 'secrets.json'} 里的密码：它不是这个数据目录的。"
            "请从备份放回原来的文件再启动。\n"
            f"The database does not know the password in {folder.parent / 'secrets.json'}, which is not this folder's. "
            "Put the right file back from a backup and start again."
        ) from error
    return known


def _with_password(address: str, password: str) -> str:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{SUPERUSER}:{password}@{host}"))


def _write(access: Path) -> None:
    """Replace the file, whole or not at all, and leave it to whom it belongs."""
    draft, was = access.with_suffix(".new"), access.stat()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(ACCESS)
        file.flush()
        os.fsync(file.fileno())
    os.chown(draft, was.st_uid, was.st_gid)
    draft.replace(access)
