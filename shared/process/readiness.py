"""Whether a process can do its work: its own pulse, its servers, its schema. What /healthz and /readyz answer.

Checks run all the time in the background, each in a thread of its own, and their findings are kept: so answering costs
nothing, and a frozen server holds up neither the answer nor the other checks. Every change is logged once, with the
sentence that the operator reads.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from shared import clock
from shared.process import metrics
from shared.process.health import Pulse
from shared.text import Text

log = logging.getLogger(__name__)

# A server that goes away shows within LOOK + ANSWER + JUDGE seconds: below the five that are promised.
LOOK_SECONDS = 1.5
ANSWER_SECONDS = 2.0
JUDGE_SECONDS = 0.5
SILENT_SECONDS = 2.5

WORK = "work"

NOT_LOOKED = Text("尚未检查。", "Not looked at yet.")
SILENT = Text("检查没有应答。", "The check does not answer.")
BROKEN = Text("检查本身出错，原因见日志。", "The check itself failed; the log says why.")
DRAINING = Text("正在停止，不再接收新的请求。", "Stopping: it takes no new requests.")
NOT_AT_WORK = Text("还没有开始工作：正在连接，或在等待。", "It is not at work yet: it is still connecting, or waiting.")


class Check(Protocol):
    """One thing that a process needs. `look` returns None, or what is wrong, within ANSWER_SECONDS if it can."""

    name: str

    def look(self) -> Text | None:
        """Look once: None when all is well, else the sentence that the operator reads."""
        ...

    def close(self) -> None:
        """Let go of what looking needed."""
        ...


class WorkCheck:
    """Whether the parts of this process that do its work have begun to, and have not said that they stopped."""

    name = WORK

    def __init__(self, pulse: Pulse, parts: Sequence[str]) -> None:
        self._pulse = pulse
        self._parts = parts

    def look(self) -> Text | None:
        """Whether every part of the process has begun its work."""
        return None if all(self._pulse.has_beaten(part) for part in self._parts) else NOT_AT_WORK

    def close(self) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class _Finding:
    """`found` is what the check said last; `told` what was made of it, and what everybody is told."""

    found: Text | None = NOT_LOOKED
    told: Text | None = NOT_LOOKED
    since: dt.datetime = field(default_factory=clock.now)
    looking_since: float | None = None

    def judged(self) -> Text | None:
        looking_since = self.looking_since
        if looking_since is not None and time.monotonic() - looking_since > SILENT_SECONDS:
            return SILENT
        return self.found


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
        """Run every check once, here and now."""
        for check in self._checks:
            self._look_at(check)
        self._judge()

    def look_until(self, stopping: threading.Event) -> None:
        """Start to look again and again, in threads that end when `stopping` is set."""
        for check in self._checks:
            self._in_thread(partial(self._keep_looking_at, check, stopping), check.name)
        self._in_thread(partial(self._keep_judging, stopping), "judge")

    def wait_for_servers(self, stopping: Callable[[], bool], *, each_turn: Callable[[], None] = lambda: None) -> None:
        """Return when every check but that of the work itself passes, or when `stopping` says so."""
        while not stopping() and any(name != WORK for name in self.faults()):
            each_turn()
            time.sleep(0.1)

    def drain(self) -> None:
        """Say "not ready" from now on: whoever sends requests shall turn to another process."""
        self._is_draining = True

    @property
    def is_draining(self) -> bool:
        """Whether the process is on its way to a stop."""
        return self._is_draining

    @property
    def is_ready(self) -> bool:
        """Whether requests may be sent here."""
        return not self._is_draining and not self.faults()

    @property
    def takes_requests(self) -> bool:
        """Whether requests belong here: once ready and not stopping.

        A server that is away does not count: this process then answers with a page that keeps what was typed.
        """
        return self._has_been_ready and not self._is_draining

    def faults(self) -> dict[str, Text]:
        """What is wrong, by the name of the check."""
        return {name: wrong for name, finding in self._findings.items() if (wrong := finding.judged()) is not None}

    def stuck_part(self) -> str | None:
        """The part that has stood still for longer than it may, or None."""
        return self._pulse.stuck(self._limits)

    def as_dict(self) -> dict[str, Any]:
        """What /readyz answers: {"ready", "checks": [{"name", "ok", "sentence": {"zh", "en"} | null, "since"}]}."""
        faults = self.faults()
        checks = [
            {
                "name": name,
                "ok": name not in faults,
                "sentence": faults[name].as_dict() if name in faults else None,
                "since": finding.since.isoformat(),
            }
            for name, finding in self._findings.items()
        ]
        if self._is_draining:
            checks.append({"name": "draining", "ok": False, "sentence": DRAINING.as_dict(), "since": None})
        return {"ready": self.is_ready, "checks": checks}

    def _in_thread(self, work: Callable[[], None], name: str) -> None:
        threading.Thread(target=work, name=f"check {name}", daemon=True).start()

    def _keep_looking_at(self, check: Check, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._look_at(check)
            stopping.wait(LOOK_SECONDS)
        check.close()

    def _keep_judging(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._judge()
            stopping.wait(JUDGE_SECONDS)

    def _look_at(self, check: Check) -> None:
        finding = self._findings[check.name]
        finding.looking_since = time.monotonic()
        try:
            finding.found = check.look()
        except Exception:
            log.exception("check failed", extra={"check": check.name})
            finding.found = BROKEN
        finally:
            finding.looking_since = None

    def _judge(self) -> None:
        """Tell what has changed. One thread does it, so that each change is told once."""
        for name, finding in self._findings.items():
            wrong = finding.judged()
            metrics.READY.labels(name).set(wrong is None)
            if wrong == finding.told:
                continue
            was_wrong, finding.told, finding.since = finding.told, wrong, clock.now()
            if wrong is None:
                log.info("check passes", extra={"check": name, "was": was_wrong.en if was_wrong else ""})
            else:
                log.warning("check fails", extra={"check": name, "zh": wrong.zh, "en": wrong.en})
        self._has_been_ready = self._has_been_ready or not self.faults()
