"""A mail server of our own that really receives: by TLS alone, with a certificate of an authority of its own.

It is told what to answer, how slowly, and at which point to break the connection.
"""

import asyncio
import email
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.process.mail import MailServer
from tests.support.ports import reserve_port

SENDER = "qingdan@house.example"


@dataclass
class Mailbox:
    """What came in, and how the server behaves now. `recipient` and `data` are answers, or "break" for none at all.

    Where it `keeps` nothing it does not look into what it takes, either.
    """

    server: MailServer
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    recipient: str = "250 OK"
    data: str = "250 OK queued"
    seconds: float = 0.0
    keeps: bool = True
    at_data: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """The texts of the mails, in the order in which they came."""
        bodies = [mail.get_body(("plain",)) for _, mail in self.received]
        return [body.get_content().replace("\r\n", "\n") for body in bodies if body is not None]

    @property
    def keys(self) -> list[str]:
        """Their Message-IDs."""
        return [str(mail["Message-ID"]) for _, mail in self.received]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks after the commands
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient == "break":
            _abort(server)
            return "421 gone"
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        self.at_data.set()
        if self.data == "break before keeping":
            _abort(server)
            return "421 gone"
        if self.keeps and self.data.startswith(("250", "break")):
            mail = email.message_from_bytes(bytes(envelope.content or b""), policy=default)
            assert isinstance(mail, EmailMessage)
            self.received.append((envelope.rcpt_tos[0], mail))
        if self.data == "break":
            _abort(server)
        await asyncio.sleep(self.seconds)
        return self.data


class _Hooks:
    """What the server calls. Of its handler it reads every attribute at each connection, and texts are dear."""

    def __init__(self, box: Mailbox) -> None:
        self.handle_RCPT = box.handle_RCPT
        self.handle_DATA = box.handle_DATA


def _abort(server: Any) -> None:
    server.transport.abort()


@contextmanager
def mailbox(folder: Path, *, is_tls_at_once: bool = False, keeps: bool = True) -> Iterator[Mailbox]:
    """A mail server on a free port of this machine, while the block runs."""
    certificate = certificate_in(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, folder / "key.pem")
    server = MailServer("localhost", reserve_port(), is_tls_at_once, "", "", SENDER, ca_file=str(certificate))
    box = Mailbox(server, keeps=keeps)
    tls = {"ssl_context": context} if is_tls_at_once else {"tls_context": context, "require_starttls": True}
    controller = Controller(_Hooks(box), hostname="127.0.0.1", port=server.port, **tls)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def certificate_in(folder: Path) -> Path:
    """A certificate of localhost, with its key beside it as key.pem."""
    file = folder / "certificate.pem"
    if not file.exists():
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-keyout", str(folder / "key.pem"), "-out", str(file), "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost"),
            ],
            check=True,
            capture_output=True,
        )
    return file


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture
def box(certificates: Path) -> Iterator[Mailbox]:
    with mailbox(certificates) as found:
        yield found
