"""A call as whoever makes it sees it: what is asked in whose name, what carries it, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Protocol
from uuid import UUID

from shared.correlation import correlation_id_of
from shared.errors import MALFORMED, InternalError, Invalid, QingdanError, from_dict
from shared.limits import CALLER
from shared.text import Text

AWAY = Text(
    "系统内部暂时连不上，您填写的内容已保留，请稍后重试。",
    "A part of the system cannot be reached just now. What you entered is kept: please try again shortly.",
)
# Nobody knows what became of a call that was handed over; the command id makes another try one and the same.
NO_ANSWER = Text(
    "这一步用时比平常长：可能还在办理，也可能已经办成。请稍后再看；您填写的内容已保留，再发送一次也不会重复办理。",
    "This takes longer than usual: it may still be going on, or be done. Please look again shortly. What you entered "
    "is kept, and sending it once more does nothing twice.",
)
NOT_SHOWN = Text(
    "这一页用时比平常长，请稍后再看一次。",
    "This page takes longer than usual. Please look again shortly.",
)
# The one operation that callers do without where only processes of the release before answer.
TOGETHER = "answer_together"
BROKEN = Text("系统出错，请稍后再试。", "Something went wrong. Please try again later.")


@dataclass(frozen=True, slots=True)
class Call:
    """What one operation is asked, and by whom; it travels as an envelope. A command needs its `command_id`.

    `by_link` says that the person did not sign in but opened a link of a letter. `holder` says which holder of the post
    signed in: another one's call is refused, so whoever calls need not ask first who it is by now. The envelope names
    the person elsewhere then: to a process of the release before, which knows neither, it is a call of nobody, and
    refused.
    """

    params: dict[str, Any]
    person_id: int | None = None
    command_id: UUID | None = None
    correlation_id: str = ""
    by_link: bool = False
    holder: int | None = None

    @classmethod
    def from_dict(cls, envelope: Any) -> Call:
        """Read an envelope; Invalid when it is none."""
        try:
            command_id = envelope.get("command_id")
            by_link, as_holder = envelope.get("by_link"), envelope.get("as_holder")
            person_id = envelope.get("person_id") if by_link is None else by_link
            holder = None
            if as_holder is not None:
                person_id, holder = as_holder["person_id"], int(as_holder["holder"])
            return cls(
                params=dict(envelope.get("params") or {}),
                person_id=None if person_id is None else int(person_id),
                command_id=UUID(str(command_id)) if command_id else None,
                correlation_id=correlation_id_of(envelope.get("correlation_id")),
                by_link=by_link is not None,
                holder=holder,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Invalid(MALFORMED) from error

    def as_dict(self) -> dict[str, Any]:
        """The envelope, as JSON carries it."""
        return {
            **self._who(),
            "params": self.params,
            "command_id": str(self.command_id) if self.command_id else None,
            "correlation_id": self.correlation_id,
        }

    def _who(self) -> dict[str, Any]:
        if self.by_link:
            return {"person_id": None, "by_link": self.person_id}
        if self.holder is not None:
            return {"person_id": None, "as_holder": {"person_id": self.person_id, "holder": self.holder}}
        return {"person_id": self.person_id}


class Caller(Protocol):
    """Carries calls to the services: within this process, or over the broker."""

    def call(self, service: str, operation: str, asked: Call, *, timeout: float = CALLER.ask) -> dict[str, Any]:
        """The operation's answer, or the error that the service gave.

        Raises NoAnswer or BrokerAway after at most `timeout` seconds: the call may or may not have been carried out,
        and sending it again with the same command id is right.
        """
        ...


def growing_pauses() -> Iterator[float]:
    """Seconds to wait before asking once more, where a process of the release before took the call; without an end."""
    yield from (0.01, 0.02, 0.05, 0.1)
    yield from repeat(0.2)


def unwrap(result: Any) -> dict[str, Any]:
    """The answer in what `shared.calling.calls.perform` returned, or its error raised."""
    try:
        if "error" in result:
            error: QingdanError = from_dict(result["error"])
        else:
            answer: dict[str, Any] = result["answer"]
            return answer
    except (TypeError, KeyError, ValueError) as malformed:
        raise InternalError(BROKEN, {"cause": "malformed answer"}) from malformed
    raise error
