"""What is said, in the words and within the limits of a channel (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from services.notifications.channels import fitting, gateway, robots
from services.notifications.delivery import letter
from services.notifications.delivery.said import Said, Worded
from services.notifications.delivery.states import Purpose
from services.notifications.reminding.policy import Stage
from shared.accounts import Gateway, Robot
from shared.text import Text


def by_robot(robot: Robot, said: Said) -> Worded:
    """What a robot says to its group; the unit is named first, because others read it too."""
    if said.purpose is not Purpose.DIGEST:
        make = letter.code(said.code, address="", language=said.language) if said.purpose is Purpose.CODE else None
        text = make or letter.test(address="", language=said.language)
        head = [said.unit] if said.unit else []
        return Worded(robots.with_keyword(robot, "\n".join([*head, text.text.split("\n")[0]])))
    where = said.pages_url or _in(said.language, Text("本单位常用的地址", "the usual address"))
    end = _in(said.language, Text(f"请登录办理：{where}", f"Please sign in: {where}"))

    def whole(kept: Sequence[str], left_out: int) -> str:
        more = Text(f"另有 {left_out} 项，请登录查看。", f"{left_out} more are in the inbox.")
        rest = [_in(said.language, more)] if left_out else []
        return robots.with_keyword(robot, "\n".join([_subject(said), *kept, *rest, end]))

    lines = _numbered(said)
    return Worded(fitting.fitted(lines, robots.MOST_BYTES[robot.kind], whole, fitting.length_in_bytes))


def by_gateway(account: Gateway, said: Said) -> Worded:
    """The short message, and what fills the places of its template at the provider."""
    late = sum(line.stage == Stage.OVERDUE for line in said.lines)
    places = {
        "unit": said.unit,
        "total": str(len(said.lines)),
        "late": str(late),
        "code": said.code,
        "pages": said.pages_url,
        "template": account.ids.get(said.purpose.value, ""),
    }
    sentence = account.templates[said.purpose.value, said.language]
    lines = [letter.sentence(line, said.language) for line in said.lines]
    text = gateway.text_of(account, sentence, places, lines, said.language)
    return Worded(text, fitting.segments(text), places)


def _numbered(said: Said) -> list[str]:
    return [f"{place}. {letter.sentence(line, said.language)}" for place, line in enumerate(said.lines, 1)]


def _subject(said: Said) -> str:
    late = sum(line.stage == Stage.OVERDUE for line in said.lines)
    total = len(said.lines)
    if late:
        text = Text(f"清单提醒：{late} 项已逾期，共 {total} 项", f"Qingdan: {late} overdue, {total} in all")
    else:
        text = Text(f"清单提醒：共 {total} 项", f"Qingdan reminders: {total}")
    return f"{said.unit}｜{_in(said.language, text)}" if said.unit else _in(said.language, text)


def _in(language: str, text: Text) -> str:
    return text.en if language == "en" else text.zh
