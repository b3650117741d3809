"""Hands mails to the server of the settings, and says of each what is known of it afterwards.

The server is the only host that is ever spoken to. Its certificate is checked, and nothing is said to it before TLS. Up
to the last line of the mail nothing has happened when the connection breaks; from then on nobody knows.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from contextlib import suppress
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from typing import Self

from services.notifications.delivery.letter import Letter
from services.notifications.delivery.states import Outcome, Result
from shared.process.mail import MailServer

# All steps together; below the lease of a claim and below the deadline of the tick that sends.
SECONDS = 10.0
# A server that is told keeps nothing of the connection; one that does not answer is left.
SECONDS_OF_GOODBYE = 1.0
LONGEST_ANSWER = 300
# Both parts are in base64, in which "_" does not occur; to look for one that is in no part costs as much as the rest.
BOUNDARY = "_qingdan_"
OF_WIRE = compat32.clone(linesep="\r\n")


class Sitting:
    """Several mails by one connection, as making one costs more than ten mails; as a context it ends with it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                _hurry(self._smtp, time.monotonic() + SECONDS_OF_GOODBYE)
                self._smtp.docmd("QUIT")
        self._hang_up()

    def send(self, address: str, letter: Letter, *, key: str, seconds: float = SECONDS) -> Outcome:
        """Send it within about `seconds`; never raises for what a server or a network can do."""
        until = time.monotonic() + seconds
        mail = _as_bytes(self._server.sender, address, letter, key)
        is_kept = self._smtp is not None
        outcome = self._try(address, mail, until)
        if is_kept and self._smtp is None and outcome.result is Result.AGAIN:
            # Servers end what was silent for a while or has carried enough, which says nothing of this mail.
            return self._try(address, mail, until)
        return outcome

    def _try(self, address: str, mail: bytes, until: float) -> Outcome:
        try:
            smtp = self._smtp or _connected(self._server, until)
        except (OSError, smtplib.SMTPException) as error:
            # Whatever is wrong before there is an envelope is a matter of the server, not of this mail.
            return Outcome(Result.AGAIN, _said(error))
        self._smtp = smtp
        outcome = _handed_in(smtp, mail, self._server.sender, address, until)
        if outcome.result is not Result.SENT and not _is_clear(smtp, until):
            self._hang_up()
        return outcome

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _connected(server: MailServer, until: float) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if server.is_tls_at_once:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=server.domain, timeout=left_of(until), context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=server.domain, timeout=left_of(until))
    try:
        if not server.is_tls_at_once:
            _hurry(smtp, until)
            smtp.starttls(context=context)
        _hurry(smtp, until)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            _hurry(smtp, until)
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _handed_in(smtp: smtplib.SMTP, mail: bytes, sender: str, address: str, until: float) -> Outcome:
    try:
        for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{address}>", "DATA"):
            _hurry(smtp, until)
            code, answer = smtp.docmd(command)
            if code not in (250, 251, 252, 354):
                return _refused(code, answer)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.AGAIN, _said(error))
    try:
        _hurry(smtp, until)
        smtp.send(mail)
        code, answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.UNKNOWN, _said(error))
    return Outcome(Result.SENT, _line(code, answer)) if code == 250 else _refused(code, answer)


def _is_clear(smtp: smtplib.SMTP, until: float) -> bool:
    """Whether the connection can carry another mail after one that was not taken."""
    try:
        _hurry(smtp, until)
        return smtp.docmd("RSET")[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _refused(code: int, answer: bytes) -> Outcome:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1); of whatever else it may be, nothing was taken."""
    return Outcome(Result.REFUSED if 500 <= code < 600 else Result.AGAIN, _line(code, answer))


def _as_bytes(sender: str, address: str, letter: Letter, key: str) -> bytes:
    """The mail as it goes over the wire, with its dots doubled and its end."""
    # The newer interface of the library parses each header that it is given, which takes three times as long.
    words = MIMEText(letter.text.replace("\n", "\r\n"), "plain", "utf-8")
    message: MIMEBase = words
    if letter.picture:
        picture = MIMEImage(letter.picture, "png")
        picture.add_header("Content-Disposition", "inline", filename="qingdan.png")
        message = MIMEMultipart("mixed", BOUNDARY, (words, picture))
    message["From"] = sender
    message["To"] = address
    message["Subject"] = Header(letter.subject, "utf-8", header_name="Subject").encode()
    message["Message-ID"] = key
    message["Auto-Submitted"] = "auto-generated"
    lines = message.as_bytes(policy=OF_WIRE).rstrip(b"\r\n").split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _hurry(smtp: smtplib.SMTP, until: float) -> None:
    """Let the next step take no longer than is left of the whole."""
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("connection closed")
    smtp.sock.settimeout(left_of(until))


def left_of(until: float) -> float:
    """The seconds until then; TimeoutError when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]


def _line(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(f"{code} {text}".split())[:LONGEST_ANSWER]
