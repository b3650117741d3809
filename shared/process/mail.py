"""Where mail is handed in, as a setting says it: one server, always by TLS whose certificate is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

MAIL_FORM = "smtp://user:password@host:587?from=qingdan@county.example"
# RFC 5321 with what mail servers really take: no quotes, no comments, no control characters, a dot in the domain.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,190}\Z)([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class MailServer:
    """`is_tls_at_once` is for smtps; otherwise the server must offer STARTTLS. `ca_file` replaces the system's own."""

    host: str
    port: int
    is_tls_at_once: bool
    user: str
    password: str
    sender: str
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"

    @property
    def domain(self) -> str:
        """What stands behind the @ of the sender."""
        return self.sender.rpartition("@")[2]


def complaint(url: str) -> tuple[str, str] | None:
    """What is wrong with the URL of a mail server, in Chinese and English, without its password; None when nothing."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.path not in ("", "/") or set(query) - {"from", "ca"}:
        return "只能带 from 和 ca 两个参数", "it may have the parameters from and ca alone"
    sender = query.get("from", [""])[0]
    if not sender:
        return "缺少发件地址 from", "it lacks from, the sender's address"
    if not ADDRESS.fullmatch(sender):
        return (
            "发件地址 from 不合格，@ 后要有点，如 qingdan@county.example",
            "from is no address: it needs a domain with a dot, such as qingdan@county.example",
        )
    if bool(parts.username) is not bool(parts.password):
        return "账号和密码要么都写，要么都不写", "it must have both a user and a password, or neither"
    ca_file = query.get("ca", [""])[0]
    if ca_file and not Path(ca_file).is_file():
        return "ca 指的证书文件不存在", "the file of certificates that ca names is not there"
    return None


def server_of(url: str) -> MailServer:
    """The server of a URL of which there is no complaint."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    is_tls_at_once = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or (465 if is_tls_at_once else 587),
        is_tls_at_once=is_tls_at_once,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=query["from"][0],
        ca_file=query.get("ca", [""])[0],
    )
