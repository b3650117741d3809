"""Whether a process can do its work: its own pulse, its servers, its schema. What /healthz and /readyz answer.

Checks run all the time in the background and their findings are kept, so that answering costs nothing and a frozen
server cannot hold up the answer. Every change is logged once, with the sentence that the operator reads.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared import clock, metrics
from shared.health import Pulse
from shared.text import Text

log = logging.getLogger(__name__)

# A server that goes away shows within LOOK + ANSWER seconds: below the five that are promised.
LOOK_SECONDS = 1.5
ANSWER_SECONDS = 2.0
SILENT_SECONDS = 3.0

NOT_LOOKED = Text("尚未检查。", "Not looked at yet.")
SILENT = Text("检查没有应答。", "The check does not answer.")
DRAINING = Text("正在停止，不再接收新的请求。", "Stopping: it takes no new requests.")


class Check(Protocol):
    """One thing that a process needs. `look` returns None, or what is wrong; it ends within ANSWER_SECONDS."""

    name: str

    def look(self) -> Text | None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Finding:
    wrong: Text | None = NOT_LOOKED
    since: datetime = field(default_factory=clock.now)
    looking_since: float | None = None

    @property
    def sentence(self) -> Text | None:
        if self.looking_since is not None and time.monotonic() - self.looking_since > SILENT_SECONDS:
            return SILENT
        return self.wrong


class Readiness:
    """The findings of all checks, and whether the process is about to end. Threads may ask while checks run."""

    def __init__(
        self, checks: Sequence[Check], *, pulse: Pulse | None = None, limits: Mapping[str, float] | None = None
    ) -> None:
        self._checks = tuple(checks)
        self._findings = {check.name: _Finding() for check in checks}
        self._pulse = pulse or Pulse()
        self._limits = dict(limits or {})
        self._has_been_ready = not self._checks
        self._is_draining = False

    def look(self) -> None:
        """Run every check once."""
        for check in self._checks:
            finding = self._findings[check.name]
            finding.looking_since = time.monotonic()
            wrong = check.look()
            finding.looking_since = None
            self._note(check.name, finding, wrong)
        self._has_been_ready = self._has_been_ready or not self.faults()

    def look_until(self, stopping: threading.Event) -> None:
        """Look again and again; run it in a thread of its own."""
        while not stopping.is_set():
            try:
                self.look()
            except Exception:
                log.exception("check failed")
            stopping.wait(LOOK_SECONDS)
        for check in self._checks:
            check.close()

    def wait(self, stopping: threading.Event, *, each_turn: Callable[[], None] = lambda: None) -> None:
        """Return when all checks pass for the first time, or when `stopping` is set."""
        while not self._has_been_ready and not stopping.wait(0.1):
            each_turn()

    def drain(self) -> None:
        """Say "not ready" from now on: whoever sends requests shall turn to another process."""
        self._is_draining = True

    @property
    def is_draining(self) -> bool:
        return self._is_draining

    @property
    def is_ready(self) -> bool:
        return not self._is_draining and not self.faults()

    @property
    def takes_requests(self) -> bool:
        """Whether requests belong here: once ready and not stopping.

        A server that is away does not count: this process then answers with a page that keeps what was typed.
        """
        return self._has_been_ready and not self._is_draining

    def faults(self) -> dict[str, Text]:
        """What is wrong, by the name of the check."""
        return {name: wrong for name, finding in self._findings.items() if (wrong := finding.sentence) is not None}

    def stuck_part(self) -> str | None:
        return self._pulse.stuck(self._limits)

    def as_dict(self) -> dict[str, Any]:
        """What /readyz answers: {"ready", "checks": [{"name", "ok", "sentence": {"zh", "en"} | null, "since"}]}."""
        checks = [
            {
                "name": name,
                "ok": finding.sentence is None,
                "sentence": finding.sentence.as_dict() if finding.sentence else None,
                "since": finding.since.isoformat(),
            }
            for name, finding in self._findings.items()
        ]
        if self._is_draining:
            checks.append({"name": "draining", "ok": False, "sentence": DRAINING.as_dict(), "since": None})
        return {"ready": self.is_ready, "checks": checks}

    def _note(self, name: str, finding: _Finding, wrong: Text | None) -> None:
        metrics.READY.labels(name).set(wrong is None)
        if wrong == finding.wrong:
            return
        was_wrong, finding.wrong = finding.wrong, wrong
        finding.since = clock.now()
        if wrong is None:
            log.info("check passes", extra={"check": name, "was": was_wrong.en if was_wrong else ""})
        else:
            log.warning("check fails", extra={"check": name, "zh": wrong.zh, "en": wrong.en})
