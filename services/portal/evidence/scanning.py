"""Asks a virus scanner about a file: clamd, by its INSTREAM command. Without one nothing is claimed."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass

from clamav_client.clamd import ClamdError, ClamdNetworkSocket

from services.portal.evidence.refusals import Reason, Refused
from shared.errors import TryAgain
from shared.text import Text

log = logging.getLogger(__name__)

# A scanner looks through a file of the largest size in a few of them.
WAIT_SECONDS = 20.0
AWAY = Text(
    "杀毒检查暂时不能用，文件没有保存。请过几分钟再传一次。",
    "The virus scanner cannot be reached, so the file was not kept. Please upload it again in a few minutes.",
)


class ScannerAway(TryAgain):
    """The scanner cannot be reached, or does not say whether a file is clean."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd that listens on TCP."""

    host: str
    port: int
    wait_seconds: float = WAIT_SECONDS

    def look_at(self, content: bytes) -> None:
        """Raise Refused for what the scanner finds fault with, ScannerAway when it does not say that it is clean."""
        client = ClamdNetworkSocket(self.host, self.port, self.wait_seconds)
        try:
            found = client.instream(io.BytesIO(content))
        except (ClamdError, OSError, ValueError) as error:
            log.warning("scanner away", extra={"error": type(error).__name__})
            raise ScannerAway(AWAY) from error
        states = [state for state, _reason in found.values()]
        if "FOUND" in states:
            log.warning("scanner found something", extra={"found": str(found)[:200]})
            raise Refused(Reason.VIRUS)
        if states != ["OK"]:
            log.warning("scanner undecided", extra={"found": str(found)[:200]})
            raise ScannerAway(AWAY)
