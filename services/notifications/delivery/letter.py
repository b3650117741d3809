"""The text of a letter: what there is to do, a code, a test. In Chinese, or in English for who chose it.

Nothing of a person is in it: units, titles of items and reports, days, reasons. What somebody wrote stays in the house.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from services.notifications.delivery.states import Channel
from services.notifications.links.picture import png_of
from services.notifications.reminding.policy import URGENCY, Stage
from shared.provisional import mark_of
from shared.text import Text

# More than anybody reads in a mail; the rest is in the inbox.
MOST_LINES = 100
# What tells of something that nobody has to do.
ENDED = "ended"
REPLIED = "replied"

# What became of good practice, by its outcome.
_OF_OFFERS = {
    "published": Text("典型经验已发布", "good practice published"),
    "put_aside": Text("典型经验未采用", "good practice not used"),
    "taken_back": Text("典型经验已收回", "good practice taken back"),
}
REASONS: dict[str, Text] = {
    Stage.ISSUED: Text("新下发", "newly issued"),
    Stage.DUE_SOON: Text("到期提醒", "due date reminder"),
    Stage.OVERDUE: Text("已逾期", "overdue"),
    Stage.AMENDED: Text("有调整", "amended"),
    Stage.WITHDRAWN: Text("已撤销", "withdrawn"),
    Stage.URGED: Text("催办", "urged"),
    Stage.REMARKED: Text("领导批示", "leader's remark"),
    Stage.ASKED: Text("请求协调", "help is asked for"),
    Stage.TAKEN_ON: Text("困难已受理", "difficulty taken on"),
    Stage.ANSWERED: Text("困难已答复", "difficulty answered"),
    Stage.REFUSED: Text("不同意不适用", "“not applicable” refused"),
    Stage.EXTENDED: Text("已同意延期", "more time given"),
    Stage.NOT_EXTENDED: Text("不同意延期", "more time refused"),
    Stage.RETURNED: Text("已退回", "returned"),
    ENDED: Text("清单已结束", "checklist ended"),
    REPLIED: Text("批示已答复", "remark answered"),
    **_OF_OFFERS,
}
# Late things before those that only changed, and these before what nobody has to do.
_FIRST = (Stage.OVERDUE, Stage.URGED, Stage.RETURNED, Stage.REMARKED, Stage.DUE_SOON)

HOW = Text(
    "点开下面的链接即可办理，不用登录（也可以扫附图）。链接只供本岗位使用，请勿转发",
    "Open this link to do them without signing in, or scan the picture. It is for your post alone: do not pass it on",
)
UNKNOWN_BEFORE = Text("上次发出后没有回音，可能重复", "sent before without an answer, so it may come twice")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in a digest. `due_on` is None of what has no day; `is_repeated` when an earlier sending is unknown."""

    stage: str
    title: str
    period: str = ""
    due_on: dt.date | None = None
    is_repeated: bool = False
    # Those of the stage of a policy.
    words: Text | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: subject and plain text, and a picture (PNG) of the address in it where that is a link."""

    subject: str
    text: str
    picture: bytes | None = None


def most_urgent_first(lines: Sequence[Line]) -> list[Line]:
    """What is late first, then by its day; what nobody has to do comes last."""
    return sorted(lines, key=lambda line: (_place(line.stage), line.due_on or dt.date.max, line.title, line.period))


def digest(unit: str, lines: Sequence[Line], *, address: str, language: str, link: str = "") -> Letter:
    """The message of the day of one person of `unit`; `address` is that of the pages, empty while it is not set.

    `link` opens the unit's own page without signing in; it takes the place of the address.
    """
    ordered = most_urgent_first(lines)
    subject = _subject(ordered)
    said = [f"{place}. {_sentence(line, language)}" for place, line in enumerate(ordered[:MOST_LINES], 1)]
    left_out = len(ordered) - MOST_LINES
    if left_out > 0:
        said.append(_in(language, Text(f"另有 {left_out} 项，请登录查看。", f"{left_out} more are in the inbox.")))
    if link:
        end = [_in(language, Text(f"{HOW.zh}：", f"{HOW.en}:")), link]
        return Letter(_in(language, subject), "\n".join([unit, "", *said, "", *end, ""]), png_of(link))
    return _letter(_in(language, subject), [unit, "", *said], address, language)


def _subject(lines: Sequence[Line]) -> Text:
    """How many there are, and first how many of them are late, and how many the lead bureau urges."""
    urged, late = (sum(line.stage == stage for line in lines) for stage in (Stage.URGED, Stage.OVERDUE))
    if not urged and not late:
        return Text(f"清单提醒：共 {len(lines)} 项", f"Qingdan reminders: {len(lines)}")
    said = [Text(f"{late} 项已逾期", f"{late} overdue")] if late else []
    said += [Text(f"催办 {urged} 项", f"{urged} urged")] if urged else []
    said.append(Text(f"共 {len(lines)} 项", f"{len(lines)} in all"))
    return Text("清单提醒：" + "，".join(one.zh for one in said), "Qingdan: " + ", ".join(one.en for one in said))


def code(number: str, *, address: str, language: str) -> Letter:
    """The code that shows that an address reaches who typed it."""
    said = Text(
        f"验证码：{number}。30 分钟内有效。如果不是您本人填写的联系方式，请不必理会。",
        f"Code: {number}. It holds for 30 minutes. If you did not enter this address, do nothing.",
    )
    subject = Text("清单：联系方式验证码", "Qingdan: code for your contact")
    return _letter(_in(language, subject), [_in(language, said)], address, language)


def test(*, address: str, language: str) -> Letter:
    """What a press of the button sends."""
    said = Text("这是一条测试消息，收到即表示提醒可以送达。", "This is a test. As you read it, reminders reach you.")
    return _letter(_in(language, Text("清单：测试消息", "Qingdan: test")), [_in(language, said)], address, language)


def key_of(delivery_id: int, person_id: int, day: dt.date, channel: Channel, domain: str) -> str:
    """The Message-ID: made of ids, so that each try of the same delivery bears the same one."""
    return f"<qingdan.{delivery_id}.{person_id}.{day:%Y%m%d}.{channel.value}@{domain}>"


def sentence(line: Line, language: str) -> str:
    """One thing as every channel says it."""
    return _sentence(line, language)


def _place(stage: str) -> int:
    if stage in _FIRST:
        return _FIRST.index(Stage(stage))
    # The other stages by their own order, the most urgent first.
    return len(_FIRST) + len(URGENCY) - URGENCY[Stage(stage)] if stage in set(Stage) else 1000


def _sentence(line: Line, language: str) -> str:
    due = _in(language, _due(line.due_on)) if line.due_on else ""
    period = _in(language, Text(f"（{line.period}）", f" ({line.period})")) if line.period else ""
    again = _in(language, Text(f"［{UNKNOWN_BEFORE.zh}］", f" [{UNKNOWN_BEFORE.en}]")) if line.is_repeated else ""
    reason = _in(language, REASONS[line.stage])
    words = _in(language, Text(f"。{line.words.zh}", f". {line.words.en}")) if line.words else ""
    return _in(language, Text(f"【{reason}】", f"[{reason}] ")) + _one_line(line.title) + period + due + words + again


def _due(day: dt.date) -> Text:
    mark = mark_of(day)
    return Text(f"，{day:%Y-%m-%d} 到期{mark.zh}", f", due {day:%Y-%m-%d}{mark.en}")


def _letter(subject: str, lines: Sequence[str], address: str, language: str) -> Letter:
    where = address or _in(language, Text("本单位常用的地址", "the usual address"))
    end = Text(f"请登录办理：{where}", f"Please sign in: {where}")
    return Letter(subject, "\n".join([*lines, "", _in(language, end), ""]))


def _one_line(title: str) -> str:
    return " ".join(title.split())


def _in(language: str, text: Text) -> str:
    return text.en if language == "en" else text.zh
