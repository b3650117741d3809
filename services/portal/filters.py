"""Template filters: sentences in the page's language, dates in words, names of codes."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, g, url_for
from flask_babel import gettext
from markupsafe import Markup, escape

from services.portal import dates, directory, duty_answers, language, words
from shared import clock, sought
from shared.calling.chunks import LARGEST_MEGABYTES
from shared.percents import in_percent
from shared.provisional import mark_of
from shared.text import Text
from shared.workdays import next_workday

# Seven digits at least, as they are written: 0559-6512345, 139 0559 1234, +86 559 6512345.
_TELEPHONE = re.compile(r"\+?\d(?:[\d-]| (?=\d)){5,15}\d")
# A day that a sentence of a service names, and no part of a quoted name, a code or an instant.
_QUOTED = r"“[^“”]*”|《[^《》]*》|\"[^\"]*\""
_NOT_BEFORE, _NOT_BEHIND = r"(?<![\w./-])", r"(?![\w/-]|\.\w)"
_ISO_DAY = re.compile(rf"{_QUOTED}|{_NOT_BEFORE}(?P<day>\d{{4}}-\d{{2}}-\d{{2}}){_NOT_BEHIND}", re.ASCII)
_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# A month or a quarter in a sentence in English; in Chinese a service says them in words.
_ISO_PERIOD = re.compile(rf"{_QUOTED}|{_NOT_BEFORE}(?P<period>\d{{4}}-(?:0[1-9]|1[0-2]|Q[1-4])){_NOT_BEHIND}", re.ASCII)
# What begins a line of a duty's history about an amendment; and lines whose text names one day that was given.
_MOVED = re.compile(r"^[\d-]{10} → [\d-]{10}(（已延期至 [\d-]{10}，不变）)?")
_WITH_DAY = frozenset({"extension_asked", "extended", "extension_overtaken", "clock_resumed", "delegated", "given"})
# The words of the codes that a field may hold.
WORDS_OF_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "recurrence": words.RECURRENCES,
    "review_rule": words.REVIEW_RULES,
    "evidence_rule": words.EVIDENCE_RULES,
    "kind": words.UNIT_KINDS,
    "roles": words.ROLES,
    "state": words.DUTY_STATES,
    "type": words.INDICATOR_TYPES,
    "period_kind": words.PERIOD_KINDS,
    "due_rule": words.DAY_RULES,
    "lock_rule": words.DAY_RULES,
    "report_state": words.REPORT_STATES,
    "submission_state": words.SUBMISSION_STATES,
    "check_state": words.CHECK_STATES,
    "check_kind": words.CHECK_KINDS,
    "strictness": words.STRICTNESS,
    "comparator": words.TARGET_COMPARATORS,
    "course": words.TARGET_COURSES,
    "bulletin_state": words.BULLETIN_STATES,
}

log = logging.getLogger(__name__)

_HAN = "\u3400-\u9fff\uf900-\ufaff"
# From one character to the last one that no Latin letter parts from it, with the sign that closes it.
_CHINESE = re.compile(f"[{_HAN}](?:[^A-Za-z<>&;]*[{_HAN}])?[）》”。！？]*")
STATIC = Path(__file__).parent / "static"
# Not in the repository: `deploy/setup charts` fetches it.
CHARTS_LIBRARY = "echarts.js"


def install(app: Flask) -> None:
    """Give the templates their filters and words."""
    env = app.jinja_env
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.filters.update(say=say, rest=whole_rest, day=whole_day, due=whole_due, workday=workday, bracketed=bracketed)
    env.filters.update(due_day=due_day, happened=happened, days=days, day_alone=day_alone)
    env.filters.update(in_percent=in_percent, moment=moment, name_of=name_of, period=period, calls=with_calls)
    env.filters.update(size=size, marked=marked, unit_name=directory.name_of, zh=zh, figure=figure, part=part)
    env.globals.update(
        words=words,
        new_command_id=lambda: str(uuid4()),
        asset=asset,
        has_charts=(STATIC / CHARTS_LIBRARY).exists(),
        languages=language.LANGUAGES,
        largest_megabytes=LARGEST_MEGABYTES,
        said_of=duty_answers.said_of,
        language=language.current,
        lang_of=lang_of,
        today_iso=lambda: clock.today().isoformat(),
    )
    app.context_processor(
        lambda: {
            "person": g.get("person"),
            "acts_for_other": g.get("own_person_id"),
            "number": g.get("correlation_id", ""),
        }
    )


def say(text: Mapping[str, Any] | str | None) -> str:
    """A service's {"zh", "en"} sentence in the language of the page, with its days as the page has them."""
    if text is None or isinstance(text, str):
        return text or ""
    said = days(language.say(Text.from_dict(text)))
    return said if language.current() == "zh" else _ISO_PERIOD.sub(_period_of, said)


def days(said: str) -> str:
    """What a service says, with its days as the page has them."""
    return _ISO_DAY.sub(_day_of, said)


def _period_of(found: re.Match[str]) -> str:
    try:
        return period(found["period"]) if found["period"] else found[0]
    except ValueError:
        return found[0]


def happened(line: Mapping[str, Any]) -> str:
    """The words of a line of a duty's history. What somebody wrote stays as it was written."""
    text: str = line["text"]
    if line["action"] == "amended":
        return _MOVED.sub(lambda found: days(found[0]), text)
    if line["action"] not in _WITH_DAY:
        return text
    first = next((found for found in _ISO_DAY.finditer(text) if found["day"]), None)
    return text if first is None else f"{text[: first.start()]}{_day_of(first)}{text[first.end() :]}"


def _day_of(found: re.Match[str]) -> str:
    try:
        return day(found["day"]) if found["day"] else found[0]
    except ValueError:
        return found[0]


def day_alone(said: str) -> str:
    """What was typed into a field, or chosen: a day as the page has it, and anything else as it was written."""
    return days(said) if _DAY_ALONE.fullmatch(said) else said


def zh(text: object) -> Markup:
    """Data of the county, or a sentence with names in it: on a page in another language what is Chinese says so.

    Screen readers read it in the right voice then, and browsers choose the right glyphs. What is markup already stays.
    """
    content = escape("" if text is None else text)
    if "<" in content or not _is_foreign():
        return content
    # As plain text: the parts of markup would be escaped once more when they are put together.
    return Markup(_CHINESE.sub(r'<span lang="zh">\g<0></span>', str(content)))  # noqa: S704


def marked(text: object, terms: Sequence[str]) -> Markup:
    """`zh` of a text with each of the words that were looked for in <mark>."""
    pieces = sought.marked("" if text is None else str(text), terms)
    content = Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if is_word else piece for piece, is_word in pieces
    )
    return Markup("<span{}>{}</span>").format(lang_of(text), content) if lang_of(text) else content


def lang_of(text: object) -> Markup:
    """The attribute for an element that holds nothing but this text, where no other element can be within."""
    return Markup(' lang="zh"') if _is_foreign() and _CHINESE.search(str(text or "")) else Markup("")


def _is_foreign() -> bool:
    return language.current().startswith("en")


def light_in_words(duty: Mapping[str, Any]) -> str:
    """Word and reason of a duty's light in one line."""
    return f"{words.SHAPES[duty['light']]} {say(duty['light_word'])} {rest(duty['reason'], duty['light_word'])}"


def rest(reason: Mapping[str, str], word: Mapping[str, str]) -> str:
    """The reason without the light's word, where the sentence begins with it; its days are ISO, as files have them."""
    said, begins = (language.say(Text.from_dict(one)) for one in (reason, word))
    return said.removeprefix(begins).strip()


def whole_rest(reason: Mapping[str, str], word: Mapping[str, str]) -> Markup:
    """`rest` for a page: days as it has them, and no line breaks inside one."""
    told = str(escape(rest(reason, word)))
    return Markup(_ISO_DAY.sub(lambda found: f'<span class="day">{_day_of(found)}</span>', told))  # noqa: S704


def with_calls(contact: str) -> Markup:
    """A line with a name and telephone numbers, each of which a phone dials."""
    parts = _TELEPHONE.split(contact)
    numbers = _TELEPHONE.findall(contact)
    found = zh(parts[0])
    for number, rest_of_line in zip(numbers, parts[1:], strict=True):
        found += Markup('<a href="tel:{}">{}</a>').format(re.sub(r"[^0-9+]", "", number), number) + zh(rest_of_line)
    return found


def whole_day(value: str | None) -> Markup:
    """`day` for a page: no line breaks inside it."""
    return Markup('<span class="day">{}</span>').format(day(value)) if value else Markup("")


def whole_due(value: str | None) -> Markup:
    """`due` for a page: no line breaks inside the date; with the mark where either may still move."""
    if not value:
        return Markup("")
    return whole_day(value) + due(value).removeprefix(day(value)) + mark(clock.today().isoformat(), value)


def due_day(value: str | None, *others: str) -> Markup:
    """The day of a due date for a page, with the mark where it may still move, or where one of `others` may."""
    return whole_day(value) + mark(value, *others) if value else Markup("")


def mark(*days: str) -> Markup:
    """That what lies between these days may still move, because days off are to be announced; else nothing."""
    found = language.say(mark_of(*(dt.date.fromisoformat(one) for one in days)))
    return Markup("<small>{}</small>").format(found) if found else Markup("")


def day(value: str | None) -> str:
    """An ISO date in words; nothing for nothing."""
    if not value:
        return ""
    return dates.day_in_words(dt.date.fromisoformat(value), clock.today(), language.current())


def bracketed(text: object) -> Markup:
    """The text in brackets as the language of the page has them, with the blank before them that English wants."""
    return Markup(gettext("（%(text)s）", text=escape(text)))  # noqa: S704


def workday(value: str) -> str:
    """The ISO date itself, or the next working day after a day off: when something is due that is written for it."""
    return next_workday(dt.date.fromisoformat(value)).isoformat()


def due(value: str | None) -> str:
    """The date with how far away it is."""
    if not value:
        return ""
    when, today, chosen = dt.date.fromisoformat(value), clock.today(), language.current()
    comma = ", " if chosen.startswith("en") else "，"
    return f"{dates.day_in_words(when, today, chosen)}{comma}{dates.distance_in_words(when, today, chosen)}"


def size(number: int) -> str:
    """How large a file of so many bytes is."""
    return f"{number / 1_000_000:.1f} MB" if number >= 100_000 else f"{max(1, number // 1000)} KB"


def moment(value: str | None) -> str:
    """An ISO instant as day and time in Asia/Shanghai."""
    if not value:
        return ""
    instant = dt.datetime.fromisoformat(value)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=dt.UTC)
    return dates.instant_in_words(instant, clock.today(), language.current())


_fingerprints: dict[str, str] = {}


def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep the file for a year."""
    if name not in _fingerprints:
        _fingerprints[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return url_for("static", filename=name, v=_fingerprints[name])


def split_in_words(duty: Mapping[str, Any]) -> str:
    """How far the parts of a duty are, or whose part it is; empty for what nobody has split, or an older answer."""
    if duty.get("delegated_by"):
        return str(gettext("由 %(unit)s 分解", unit=duty["delegated_by"]))
    return f"{duty['parts_done']}/{duty['parts_total']}" if duty.get("parts_total") else ""


def name_of(words_of: Mapping[str, Any], code: str) -> str:
    """The page's word for a code. One without a word, of a newer release perhaps, is logged and never shown."""
    if code not in words_of:
        log.error("a code has no word", extra={"code": code})
        return str(gettext("其他"))
    return str(words_of[code])


def period(value: str) -> str:
    """The period of a recurring duty in words: 2026-04 is a month, 2026-Q2 a quarter, 2026 a year."""
    return dates.period_in_words(value, language.current())


def part(period: str) -> str:
    """A period as a heading below its year."""
    return dates.part_in_words(period, language.current())


def figure(value: str | None) -> str:
    """A decimal as it travels, with separators of thousands; nothing for nothing."""
    if not value:
        return ""
    whole, point, decimals = value.partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole not in ("-0", "") else value
