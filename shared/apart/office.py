"""An old Word or WPS document → a .docx, by LibreOffice where this machine has it.

It runs in a process group of its own with limits of memory, time and disk, with a profile that is made for it and goes
with it, without macros, and in a network of its own that leads nowhere where the system allows that.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from shared.apart.running import MEGABYTE, environment, finish, turn
from shared.errors import Invalid
from shared.limits import SERVICE
from shared.process import metrics
from shared.text import Text

log = logging.getLogger(__name__)

PROGRAMS = ("soffice", "libreoffice")
# Of address space, of which it uses a sixth.
_MEMORY = 1536 * MEGABYTE
_LARGEST = 50 * MEGABYTE
_APART_FROM_NETWORKS = ("unshare", "--user", "--map-root-user", "--net")
_TRIED = 5.0
# Names of LibreOffice's own settings: no macros, no links that are followed, a proxy that is not there.
_SCRIPTING = "org.openoffice.Office.Common/Security/Scripting"
_NETWORK = "org.openoffice.Inet/Settings"
_SETTINGS = (
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    (_NETWORK, "ooInetProxyType", "2"),
    (_NETWORK, "ooInetHTTPProxyName", "127.0.0.1"),
    (_NETWORK, "ooInetHTTPProxyPort", "9"),
)

NOT_OPENED = Text(
    "这个旧版 Word 或 WPS 文件打不开，可能加了密码或已损坏：请用 Word 或 WPS 打开，去掉密码后另存为 .docx，再导入。",
    "This old Word or WPS file cannot be opened; it may have a password or be damaged: open it in Word or WPS, "
    "remove the "
    "password, save it as .docx and try again.",
)
TOO_LONG = Text(
    "打开这个旧版 Word 或 WPS 文件要用的时间或内存太多，已经停止：请用 Word 或 WPS 另存为 .docx，再导入。",
    "Opening this old Word or WPS file takes too much time or memory, so it was stopped: save it as .docx in "
    "Word or WPS "
    "and try again.",
)


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def as_docx(content: bytes, *, seconds: float = SERVICE.file_converted) -> bytes | None:
    """The document as a .docx, or None without LibreOffice.

    Raises Invalid with what to do where it cannot be opened, or takes too much; TryAgain when no turn came.
    """
    office = program()
    if office is None:
        return None
    with turn(), tempfile.TemporaryDirectory(prefix="qingdan-office-") as made:
        folder = Path(made)
        (folder / "notice.doc").write_bytes(content)
        (folder / "profile/user").mkdir(parents=True)
        (folder / "profile/user/registrymodifications.xcu").write_text(_profile(), "utf-8")
        code, _, told = finish(_command(office, folder, seconds), b"", seconds, _told(folder))
        converted = folder / "out/notice.docx"
        written = converted.read_bytes() if code == 0 and converted.exists() else None
    outcome = "read" if written is not None else "time" if code is None else "refused"
    metrics.FILES_READ_APART.labels(outcome).inc()
    if written is None:
        log.warning(
            "document was not converted", extra={"outcome": outcome, "told": told[-500:].decode("utf-8", "replace")}
        )
        raise Invalid(TOO_LONG if code is None or code < 0 else NOT_OPENED)
    return written


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    )


def _command(office: str, folder: Path, seconds: float) -> Sequence[str]:
    limits = (sys.executable, "-m", "shared.apart.limited", str(_MEMORY), str(int(seconds)), str(_LARGEST))
    return [
        *(_APART_FROM_NETWORKS if has_own_networks() else ()),
        *limits,
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--nologo", "--norestore", "--nolockcheck", "--nodefault"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(folder / "notice.doc")),
    ]


@cache
def has_own_networks() -> bool:
    """Whether a program can be given a network of its own here."""
    if shutil.which(_APART_FROM_NETWORKS[0]) is None:
        return False
    code, _, _ = finish([*_APART_FROM_NETWORKS, "true"], b"", _TRIED, environment())
    return code == 0


def _told(folder: Path) -> dict[str, str]:
    return environment() | {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
