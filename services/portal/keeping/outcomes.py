"""What becomes of a kept command once its call was answered, or was not. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.errors import CallersFault, Conflict, QingdanError
from shared.text import Text

# Services know a command id again for two days at least (`shared/delivery/forgetting.py`), and within that alone a
# command is safe to send once more.
LONGEST = dt.timedelta(hours=36)
KNOWN_AGAIN = dt.timedelta(days=2)
MOST_DEFECTS = 10
FIRST_PAUSE, LONGEST_PAUSE, DEFECT_PAUSE = 2.0, 15.0, 60.0

TOO_LONG = Text(
    "一直没有得到答复，已停止自动提交。请核对现在的情况，还需要时再提交一次。",
    "There was no answer for too long, so this is not sent any more. Please look at how things are, and send it again "
    "if it is still needed.",
)
BROKEN = Text(
    "系统多次出错，没有办成，已停止自动提交。请把编号告诉管理员，或者过一会儿再提交一次。",
    "The system failed at this several times, so it is not sent any more. Please tell the administrator the number, or "
    "send it again later.",
)
STOPPED = Text(
    "管理员已停止自动提交这一项。还需要时请再提交一次。",
    "The administrator stopped this from being sent. Please send it again if it is still needed.",
)
NOT_COMPLETE = Text(
    "报表已保存，但还有要改的地方，没有提交。请打开报表，改好后再提交。",
    "The report was saved and not submitted, because something in it is to be corrected. Please open it, correct it "
    "and submit it.",
)
DEFINITIONS_CHANGED = Text(
    "报表已保存，没有提交：填报期间指标的定义有变化。请打开报表核对后再提交。",
    "The report was saved and not submitted, because definitions changed meanwhile. Please open it, look at them and "
    "submit it.",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not carried out, or not all of it: `duty_ids` are those of several that were not."""

    code: str
    text: Text
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    duty_ids: list[int] = field(default_factory=list)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Refusal:
        """As `as_dict` wrote it."""
        return cls(
            value["code"],
            Text.from_dict(value["text"]),
            dict(value.get("fields") or {}),
            list(value.get("duty_ids") or []),
        )

    def as_dict(self) -> dict[str, Any]:
        """As its row keeps it."""
        return {"code": self.code, "text": self.text.as_dict(), "fields": self.fields, "duty_ids": self.duty_ids}


BY_HAND = Refusal("given_up", STOPPED)
TOO_OLD = Refusal("given_up", TOO_LONG)


def refusal_of(error: CallersFault) -> Refusal:
    """What a service refused, in its own words."""
    return Refusal(error.code, error.text, dict(error.details.get("fields") or {}))


def refusal_in(operation: str, answer: Mapping[str, Any]) -> Refusal | None:
    """What an answer says was not done; None when all of it was."""
    if operation in {"submit_duties", "reopen_duties"}:
        return _of_several([one for one in answer["results"] if one["outcome"] == "conflict"])
    if operation == "submit_submission" and answer["outcome"] != "submitted":
        changed = answer["outcome"] == "changed"
        text = answer.get("refusal")
        otherwise = DEFINITIONS_CHANGED if changed else NOT_COMPLETE
        return Refusal("not_submitted", Text.from_dict(text) if text else otherwise)
    return None


def pause_after(attempts: int) -> float:
    """Seconds until a command that was not answered is sent again, after that many tries."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 10)))


def given_up(error: QingdanError, *, age: dt.timedelta, defects: int, is_defect: bool) -> Refusal | None:
    """Why it is not sent again after `error`; None when it is. `defects` are those of before this one."""
    if is_defect and defects + 1 >= MOST_DEFECTS:
        return Refusal(error.code, BROKEN)
    return Refusal(error.code, TOO_LONG) if age >= LONGEST else None


def may_go_again(age: dt.timedelta) -> bool:
    """Whether a command of that age may be sent under its id, by which alone a service knows it again."""
    return age < KNOWN_AGAIN


def _of_several(refused: Sequence[Mapping[str, Any]]) -> Refusal | None:
    if not refused:
        return None
    texts = list(dict.fromkeys((one["text"]["zh"], one["text"]["en"]) for one in refused))
    joined = Text("".join(zh for zh, _ in texts), " ".join(en for _, en in texts))
    return Refusal(Conflict.code, joined, duty_ids=[one["duty_id"] for one in refused])
