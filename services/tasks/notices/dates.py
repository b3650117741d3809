"""Due dates as notices write them: a day, a month's or year's end, every month, or for ever."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.tasks.notices.draft import Due, DueKind, QuestionKind
from services.tasks.notices.numbering import NUMERAL, parse_chinese_number

# Between the first and the last of a span.
_UP_TO = "(?:起?[至到]|[—–~～－-]{1,2})"
_YEAR_IN_CHINESE = "[一二三四五六七八九〇零○Ｏ]{4}"
# How the words for a day, a month or a period begin, in digits or in Chinese numerals.
BEGINS_DAY = (
    rf"(?:\d{{4}}|{_YEAR_IN_CHINESE})年|(?:{NUMERAL}{_UP_TO})?{NUMERAL}月"
    rf"|第?[一二三四1-4](?:季度|{_UP_TO}第?[一二三四1-4]季度)|[上下]半年"
)
# 三月 and 二〇二七年 are names of a month and a year; 三个月 and 两年 are spans.
_IN_CHINESE = re.compile(
    rf"(?<![一二三四五六七八九十])(?:{_YEAR_IN_CHINESE}(?=年)|(?:十[一二]?|[一二三四五六七八九])(?=月)"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[月日号至到和及]))(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号]))"
)
# Of 三至6月 and 三、六、9月 those before the last, which stands in digits by now; no year has more months.
_LISTED_IN_CHINESE = re.compile(
    rf"(?<![一二三四五六七八九十第])(?:{NUMERAL}(?:{_UP_TO}|[、,，和及])){{1,11}}(?=\d{{1,2}}[月日号])"
)
_CHINESE_NUMBER = re.compile("[一二三四五六七八九十]+")
_BEFORE = r"(?P<before>之前|以前|前)?"
# Of 12月1日至15日, and of 12月1至15日, the second.
_DAY = rf"(?:\d{{1,2}}{_UP_TO})?(?P<day>\d{{1,2}})[日号](?:{_UP_TO}(?P<until>\d{{1,2}})[日号])?"
# Of 4月12日（星期一）17:00前 the hour, which no due date has.
_HOUR = (
    r"(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?)?(?:[上下]午|中午|晚上)?"
    r"(?:\d{1,2}(?:[:：]\d{2}|[时点](?:整|\d{1,2}分)?))?(?:下班)?"
)
_PART = r"(?P<part>[上中下]旬)(?:[至到](?P<until_part>[上中下]旬))?"
_NUMBER_OF_QUARTER = {
    sign: number for number, signs in enumerate(["一1１", "二2２", "三3３", "四4４"], 1) for sign in signs
}
# Of 第一至三季度 the last.
_QUARTER = rf"第?(?:[一二三四1-4１-４](?:季度)?{_UP_TO}第?)?(?P<quarter>[一二三四1-4１-４])季度"
_YEAR = r"(?:(?P<year>\d{4})年|今年|当年|本年度?|(?P<later>明年|次年|来年|翌年|下一?年|后年))?"

_OCCASION = (
    "春节|元旦|清明节?|五一|劳动节|端午节?|国庆节?|十一|中秋节?|元宵节?|双节|两节|两会|节前|春运|春耕|秋收|高考|中考|开学|毕业季?"
    "|暑期|暑假|寒假|主?汛期|防火期|采暖季|供暖期|雨季|冬季|夏季|春季|秋季|年初|年中|月初|月底|近期|尽快|立即|即时|随时|按时"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # Days and months of which there are several, or of the other calendar.
    ("unclear", re.compile(rf"{_YEAR}\d{{1,2}}月?(?:[、,，和及]\d{{1,2}}月?){{1,11}}(?<=月)[^,，、。；;]{{0,6}}")),
    ("unclear", re.compile(rf"{_YEAR}\d{{1,2}}月\d{{1,2}}[日号]?(?:[、和及]\d{{1,2}}[日号]){{1,30}}{_BEFORE}")),
    (
        "unclear",
        re.compile(rf"{_YEAR}第?[一二三四1-4](?:季度)?(?:[、和及]第?[一二三四1-4](?:季度)?){{1,3}}(?<=季度){_BEFORE}"),
    ),
    ("unclear", re.compile(rf"{_YEAR}\d{{1,2}}月初{_BEFORE}")),
    ("unclear", re.compile(r"每个?月(?:的)?第[一二三四五1-5]个?(?:周|星期|工作日)[^,，、。；;]{0,4}")),
    ("unclear", re.compile(rf"每个?月(?:的)?\d{{1,2}}[日号]?(?:[、和及]\d{{1,2}}[日号]?){{1,30}}{_BEFORE}")),
    ("unclear", re.compile(rf"{_YEAR}(?:(?:农历|阴历|旧历)|(?=正月|腊月))[^,，、。；;]{{1,10}}")),
    (
        "yearly",
        re.compile(
            rf"每年(?:度)?(?:(?P<month>\d{{1,2}})月(?:{_DAY}|[底末])?|年?(?P<end>[底末])|{_QUARTER}[底末]?)?"
            rf"{_BEFORE}"
        ),
    ),
    ("half_yearly", re.compile(rf"每半年(?:[底末])?{_BEFORE}")),
    (
        "quarterly",
        re.compile(
            rf"(?:每个?|逐|按)季度?(?:[度]?(?P<edge>首|末|最后一个|第[一二三]个)月?)?(?:[底末]月?)?(?:{_DAY})?{_BEFORE}"
        ),
    ),
    (
        "monthly",
        re.compile(rf"(?:每个?|逐|按)月(?:的)?(?:{_DAY}|[底末]|{_PART})?{_BEFORE}"),
    ),
    (
        "date",
        re.compile(
            rf"{_YEAR}(?:\d{{1,2}}{_UP_TO})?(?P<month>\d{{1,2}})月(?:{_DAY}|(?P<end>[底末])|{_PART})?"
            # 4月10日内, but not 5月内部检查.
            rf"(?:(?:以?内|之内)(?!部)|(?:{_HOUR}(?=之?前|以前))?{_BEFORE})"
        ),
    ),
    (
        "date",
        re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?(?P<before>之前|以前|前)?(?!\d)"),
    ),
    ("quarter", re.compile(rf"{_YEAR}{_QUARTER}(?P<end>[底末内])?{_BEFORE}")),
    ("half", re.compile(rf"{_YEAR}(?P<half>[上下])半年(?P<end>[底末内])?{_BEFORE}")),
    (
        "year",
        re.compile(
            rf"(?:(?P<year>\d{{4}})年|今年|当年|本年|(?P<later>明年|次年|来年|翌年|下一?年|后年)|年)(?P<end>[底末内]){_BEFORE}"
        ),
    ),
    # A festival, a season, a number of days: which day that is, no table of ours says.
    (
        "unclear",
        re.compile(
            rf"(?:{_YEAR}|(?:[本当次]|下一?个?)月)?(?:(?:印发|发布|下发|施行|收到|签订|审批|验收|通过|开工)[^,，、。；;]{{0,12}}?)?"
            rf"(?:{_OCCASION}|(?:\d{{1,3}}|[一二两三四五六七八九十]{{1,3}})个?(?:工作日|自然日|日|天|周|星期|月|年)(?:以?内|之内))"
            r"(?:期间|来临|到来|结束|开始)?(?:之前|以前|前|之后|以后|后)?"
        ),
    ),
    ("unclear", re.compile(rf"(?:[本当次]|下一?个?)月(?:\d{{1,2}}[日号]|[上中下]旬|[底末初])?{_BEFORE}")),
    ("unclear", re.compile("每(?:周|旬|日|天|两周|半月|逢)[^,，、。；;]{0,8}")),
    (
        "bare_year",
        re.compile(
            r"(?:(?P<year>\d{4})年|(?P<later>明年|次年|来年|翌年|下一?年|后年))度?(?P<before>之前|以前|前)?"
            # 2027年夏, 2027年Q2: what follows says more than the year.
            r"(?=$|[,，、;；。:：()（）至到—–~～\s-]|起|后|内|完成|实施|启动|执行|建成|实现)"
        ),
    ),
    (
        "continuous",
        re.compile("长期坚持|长期推进|长期实施|持续推进|持续实施|持续开展|长期|常态化(?:推进|开展|实施)?|持续|全年"),
    ),
)
_ANY_START = re.compile(
    r"\d{1,2}月?(?:[、和及]\d{1,2}月?){1,11}(?<=月)|农历|阴历|旧历|正月|腊月|\d{1,4}[年月]|\d{4}[-./]\d|每|[逐按][月季]|今年|当年|本年|[明次来翌后]年|下一?年|年[底末内]"
    rf"|第?[一二三四1-4１-４](?:季度|(?:季度)?(?:(?:{_UP_TO}|[、和及])第?[一二三四1-4１-４](?:季度)?){{1,3}}(?<=季度))|[上下]半年|长期|持续"
    rf"|常态|全年|[本当次]月|下一?个?月|(?:印发|发布|下发|施行|收到|签订|审批|验收|通过|开工)[^,，、。；;]{{0,12}}?\d|{_OCCASION}"
    r"|(?:\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?:工作日|自然日|日|天|周|星期|月|年)(?:以?内|之内)"
)
# In running text only words that set a limit count: a year alone or 持续 describes, it does not bind.
_BINDS_IN_TEXT = re.compile(
    r"[前内底末]$|^每(?:个?月|个?季度?|年)[^,，。]*(?:\d[日号]|[底末])前?$|^\d{4}年(?:\d{1,2}月)?[底末]$"
)
_OFTEN = re.compile(
    r"每个?(?:月|季度?)(?:至少|不少于|集中|定期|联合|统一|分别)?(?:开展|组织|报送|上报|通报|抽查|检查|调度|督查|督导|召开|走访|更新|公布|统计|[一两三四1-9]{1,2}次)"
)
# 压缩至3个工作日内, 2个工作日内受理: how fast a service is, and no day by which something is done.
_SPAN = r"(?<![\d月])\d{1,3}个?(?:工作日|自然日|小时|分钟|日|天)(?:以?内|之内)"
_PROMISE = re.compile(
    rf"(?:压缩|缩短|控制|减少|精简)[到至在为]?{_SPAN}|(?<!印发后)(?<!下发后)(?<!发布后){_SPAN}(?=(?:完成|予以|给予)?(?:受理|办结|答复|反馈|审批|审核|回复|响应|上门))"
)
_DONE_BY = re.compile(
    r"(?<!已)(?<!已于)(?<!已经于)(?<!\d)(?<!年)(?P<day>(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号]|[上中下]旬))(?:全面|全部|基本)?(?:完成|办结|建成|完工|报送|上报|上线|交付)"
)
_KEPT_UP = re.compile(
    r"(?:^|[,，;；。])并?(长期(?:坚持|推进|实施|开展)|持续(?:推进|实施|开展)|常态化(?:推进|开展|实施))(?=$|[;；。\n])"
)
_UNTIL = re.compile(_UP_TO)
_WITH_YEAR = re.compile(r"\d{4}年")
# 5月1日起 and 3月后 say from when on.
_FROM_HERE = re.compile("(?:起(?![至到])|开始|以来|之后|以后|后(?![年天半期勤续]))")
_LAST_DAY_OF_PART = {"上旬": 10, "中旬": 20}
_BEGINNING = re.compile("(?:起|开始|以来|后)$")


@dataclass(frozen=True, slots=True)
class DueReading:
    """A due date that was found, and what is doubtful about it; `due` is None when it cannot be one."""

    quote: str
    due: Due | None
    doubt: QuestionKind | None = None


def read_due(text: str, year: int | None) -> DueReading:
    """Read the words after 完成时限; of several dates the last counts, and the doubt says so."""
    text = _in_digits(re.sub(r"\s", "", text))
    readings = list(_readings(text, year))
    readings = [reading for reading in readings if not _is_beginning(reading)] or readings
    if not readings:
        return DueReading(text, None, QuestionKind.UNCLEAR_DUE)
    dated = [reading for reading in readings if reading.due is None or reading.due.kind is not DueKind.CONTINUOUS]
    return _choose(dated or readings[:1], text)


def find_due(text: str, year: int | None) -> DueReading | None:
    """Find a limit set in running text, such as 于2025年12月底前; None when there is none.

    Where it only says how often (每季度开展一次督查), that is doubtful.
    """
    readings = list(_readings(_PROMISE.sub("", _in_digits(text)), year))
    found = [reading for reading in readings if _BINDS_IN_TEXT.search(reading.quote)]
    if found:
        return _choose(found, "、".join(reading.quote for reading in found))
    # 10月中旬完成, 于10月15日办结: a day without 前 by which something is done.
    done = [read_due(day["day"], year) for day in _DONE_BY.finditer(_in_digits(text))]
    if done:
        return _choose(done, "、".join(reading.quote for reading in done))
    # …，长期坚持: a clause that says nothing else, and how often is not said either.
    if not _OFTEN.search(text) and (kept_up := _KEPT_UP.search(text)) is not None:
        return DueReading(kept_up[1], Due(kept_up[1], DueKind.CONTINUOUS))
    # 每季度开展一次督查: how often something is done, which may be what binds.
    if not _OFTEN.search(text):
        return None
    often = next((one for one in readings if one.due and one.due.kind in (DueKind.MONTHLY, DueKind.QUARTERLY)), None)
    return replace(often, doubt=QuestionKind.UNCLEAR_DUE) if often else None


def is_past(due: Due, today: dt.date | None) -> bool:
    """Whether a day has passed by `today`; False where either is not known."""
    return today is not None and due.date is not None and due.date < today


def _in_digits(text: str) -> str:
    """Years, months and days in digits: 二〇二七年三月至五月 as 2027年3月至5月; a month without 份."""
    found = _IN_CHINESE.sub(lambda match: str(parse_chinese_number(re.sub("[○Ｏ]", "〇", match.group()))), text)
    found = _LISTED_IN_CHINESE.sub(
        lambda match: _CHINESE_NUMBER.sub(lambda one: str(parse_chinese_number(one.group())), match.group()), found
    )
    return found.replace("月份", "月")


def _choose(readings: list[DueReading], quote: str) -> DueReading:
    # 收到申请后3个工作日内办结，2027年12月底前完成: how long a step takes, and the day that binds.
    if any(reading.due and not reading.doubt for reading in readings):
        readings = [reading for reading in readings if reading.due or reading.doubt is not QuestionKind.UNCLEAR_DUE]
    doubtful = next((reading for reading in readings if reading.doubt), None)
    if doubtful:
        return doubtful
    if len({(r.due.kind, r.due.date, r.due.month, r.due.day) for r in readings if r.due}) == 1:
        return readings[0]
    latest = max(readings, key=lambda r: (r.due is not None and r.due.date) or dt.date.min)
    return DueReading(quote, latest.due, QuestionKind.SEVERAL_DUES)


def _readings(text: str, year: int | None) -> Iterator[DueReading]:
    position = 0
    waiting: DueReading | None = None
    while start := _ANY_START.search(text, position):
        match = None
        for name, form in _FORMS:
            match = form.match(text, start.start())
            if match and match.group():
                # Of 12月1日至12月15日 the end is the limit.
                is_end = waiting is not None and _UNTIL.fullmatch(text[position : start.start()]) is not None
                if waiting and not is_end:
                    yield waiting
                begun = waiting if is_end else None
                its_year = begun.due.date.year if begun and begun.due and begun.due.date else year
                found = _from_here_on(_reading(name, match, its_year), text, match.end())
                waiting = _to_the_end(begun, found) if begun else found
                break
        position = match.end() if match else start.start() + 1
    if waiting:
        yield waiting


def _is_beginning(reading: DueReading) -> bool:
    return reading.due is None and _BEGINNING.search(reading.quote) is not None


def _from_here_on(reading: DueReading, text: str, end: int) -> DueReading:
    """The same, or that it is no limit where it is said from when on."""
    following = _FROM_HERE.match(text, end)
    if following is None or reading.due is None or reading.due.kind is not DueKind.DATE:
        return reading
    return DueReading(reading.quote + following.group(), None, QuestionKind.UNCLEAR_DUE)


def _to_the_end(begin: DueReading, end: DueReading) -> DueReading:
    """What 每年3月1日至4月15日 means: the end, as often as the beginning."""
    if begin.due and end.due and begin.due.date and end.due.date and end.due.date < begin.due.date:
        if _WITH_YEAR.match(begin.quote) and not _WITH_YEAR.match(end.quote):
            # 2026年11月至4月 ends in the year after.
            later = end.due.date.replace(day=1, year=end.due.date.year + 1)
            last = calendar.monthrange(later.year, later.month)[1]
            is_end_of_month = (end.due.date + dt.timedelta(days=1)).day == 1
            return replace(
                end, due=replace(end.due, date=later.replace(day=last if is_end_of_month else end.due.date.day))
            )
        # 11月至2月: of the next year, or written the wrong way round.
        return replace(end, doubt=end.doubt or QuestionKind.UNCLEAR_DUE)
    recurs = begin.due is not None and begin.due.kind not in (DueKind.DATE, DueKind.CONTINUOUS)
    if begin.due is None or end.due is None or not recurs or end.due.kind is not DueKind.DATE:
        return end
    quote = f"{begin.quote}至{end.quote}"
    if begin.due.kind is DueKind.YEARLY and end.due.date is not None:
        return DueReading(quote, Due(quote, DueKind.YEARLY, month=end.due.date.month, day=end.due.date.day), end.doubt)
    return DueReading(quote, None, QuestionKind.UNCLEAR_DUE)


def _reading(name: str, match: re.Match[str], year: int | None) -> DueReading:
    quote = match.group()
    if name == "continuous":
        return DueReading(quote, Due(quote, DueKind.CONTINUOUS))
    if name == "unclear":
        return DueReading(quote, None, QuestionKind.UNCLEAR_DUE)
    if name in ("monthly", "quarterly", "yearly", "half_yearly"):
        return _recurring(name, match)
    parts = match.groupdict()
    written = parts.get("year")
    in_year = int(written) if written else year
    if parts.get("later") and in_year is not None:
        in_year += 2 if parts["later"] == "后年" else 1
    if in_year is None or not 1 <= in_year <= 9998:
        return DueReading(quote, None, QuestionKind.UNCLEAR_DUE)
    return _one_day(name, parts, in_year, quote)


def _recurring(name: str, match: re.Match[str]) -> DueReading:
    quote, parts = match.group(), match.groupdict()
    day = _day(parts)
    if name == "half_yearly":
        return DueReading(quote, Due(quote, DueKind.YEARLY, month=6), QuestionKind.UNCLEAR_DUE)
    if name == "yearly":
        return _yearly(parts, day, quote)
    if day is not None and not 1 <= day <= 31:
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    if name == "monthly":
        return DueReading(quote, Due(quote, DueKind.MONTHLY, day=day))
    edge = parts.get("edge") or "末"
    month = {"首": 1, "第一个": 1, "第二个": 2}.get(edge, 3)
    return DueReading(quote, Due(quote, DueKind.QUARTERLY, month=month, day=day))


def _day(parts: dict[str, str | None]) -> int | None:
    """The last day that is named: of a span its end, of a part of the month the last of it."""
    written = parts.get("until") or parts.get("day")
    part = parts.get("until_part") or parts.get("part") or ""
    return int(written) if written else _LAST_DAY_OF_PART.get(part)


def _yearly(parts: dict[str, str | None], day: int | None, quote: str) -> DueReading:
    quarter = parts.get("quarter")
    month = int(parts["month"] or 0) if parts.get("month") else 12
    if quarter:
        month = 3 * _NUMBER_OF_QUARTER[quarter]
    # 2024 is a leap year, so 29 February stands.
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= calendar.monthrange(2024, month)[1]):
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    return DueReading(quote, Due(quote, DueKind.YEARLY, month=month, day=day))


def _one_day(name: str, parts: dict[str, str | None], year: int, quote: str) -> DueReading:
    month, day = 12, None
    # 12月前 and 2026年前 may or may not include the period they name.
    excludes_period = parts.get("before") is not None and not parts.get("end")
    if name == "quarter":
        month = 3 * _NUMBER_OF_QUARTER[parts["quarter"] or ""]
    elif name == "half":
        month = 6 if parts["half"] == "上" else 12
    elif name == "date":
        month = int(parts["month"] or 0)
        day = _day(parts)
        excludes_period = excludes_period and not parts["day"] and not parts.get("part")
    if not 1 <= month <= 12:
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    last = calendar.monthrange(year, month)[1]
    day = last if day is None else day
    if not 1 <= day <= last:
        return DueReading(quote, None, QuestionKind.IMPOSSIBLE_DUE)
    doubt = QuestionKind.UNCLEAR_DUE if excludes_period else None
    return DueReading(quote, Due(quote, DueKind.DATE, date=dt.date(year, month, day)), doubt)
