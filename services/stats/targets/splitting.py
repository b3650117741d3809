"""How a target is split over years and units: read from lines, and compared with the whole. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.stats import numbers
from services.stats.numbers import Wanted
from services.stats.targets.records import Share
from shared.text import Text

MOST_LINES = 1000
MOST_NAMED = 5
_YEAR = re.compile(r"([0-9]{4})年?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a split: of a year, of a unit as it was typed ("" for none), or both."""

    year: int | None
    unit: str
    value: Decimal


def read(text: str, years: Sequence[int], wanted: Wanted) -> tuple[list[Line], list[Text]]:
    """The lines, and what is wrong with them; a line is `2026 徽城镇 300`, of which year or unit may be left out."""
    found: list[Line] = []
    wrong: list[Text] = []
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        return [], [Text(f"最多 {MOST_LINES} 行。", f"At most {MOST_LINES} lines, please.")]
    seen: set[tuple[int | None, str]] = set()
    for line in lines:
        read_line = _line(line.strip(), years, wanted)
        if isinstance(read_line, Text):
            wrong.append(read_line)
        elif (read_line.year, read_line.unit) in seen:
            wrong.append(_twice(line.strip()))
        else:
            seen.add((read_line.year, read_line.unit))
            found.append(read_line)
    return found, wrong


def complaint(wrong: Sequence[Text]) -> Text:
    """The first of them in one sentence."""
    more = len(wrong) - MOST_NAMED
    zh = "".join(one.zh for one in wrong[:MOST_NAMED]) + (f"另有 {more} 行有误。" if more > 0 else "")
    en = " ".join(one.en for one in wrong[:MOST_NAMED]) + (f" {more} more lines are wrong." if more > 0 else "")
    return Text(zh, en)


def differences(value: Decimal | None, shares: Sequence[Share], *, measure: str) -> list[Text]:
    """How the sums of a split compare with what they are of: the target, or the share of a year."""
    if value is None:
        return []
    of_years = {share.year: share.value for share in shares if share.unit_id is None and share.year is not None}
    by_unit: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for share in shares:
        if share.unit_id is not None:
            by_unit[share.year] += share.value
    found = []
    if of_years:
        found.append(_compared(Text("按年分解", "By years"), sum(of_years.values(), Decimal(0)), value, measure))
    for year, total in sorted(by_unit.items(), key=lambda one: one[0] or 0):
        if year is None:
            found.append(_compared(Text("按单位分解", "By units"), total, value, measure))
        elif year in of_years:
            name = Text(f"{year}年按单位分解", f"By units in {year}")
            found.append(_compared(name, total, of_years[year], measure))
    return found


def written(shares: Sequence[Share], names: dict[int, str]) -> str:
    """The lines from which `read` gets the same split; `names` are those of the units by id."""
    return "\n".join(
        " ".join(
            part
            for part in (
                str(share.year) if share.year is not None else "",
                names.get(share.unit_id, "") if share.unit_id is not None else "",
                f"{share.value.normalize():f}",
            )
            if part
        )
        for share in shares
    )


def _line(line: str, years: Sequence[int], wanted: Wanted) -> Line | Text:
    parts = re.split(r"[\s：:]+", line)
    value = numbers.read(parts[-1], wanted)
    if value.value is None or len(parts) == 1:
        return _not_read(line, value.problem)
    year = None
    names = parts[:-1]
    matched = _YEAR.fullmatch(names[0])
    if matched is not None:
        year, names = int(matched[1]), names[1:]
        if year not in years:
            return _other_year(line, years)
    return Line(year, " ".join(names), value.value)


def _not_read(line: str, problem: Text | None) -> Text:
    why = problem or Text("每行写年度或单位，空格，再写数。", "Write a year or a unit, a blank, and the figure.")
    return Text(f"“{line[:30]}”：{why.zh}", f"“{line[:30]}”: {why.en}")


def _other_year(line: str, years: Sequence[int]) -> Text:
    return Text(
        f"“{line[:30]}”：这一年不在 {years[0]}—{years[-1]} 年之内。",
        f"“{line[:30]}”: that year is not within {years[0]} to {years[-1]}.",
    )


def _twice(line: str) -> Text:
    return Text(f"“{line[:30]}”：同一年、同一单位写了两次。", f"“{line[:30]}”: this year and unit are there twice.")


def _compared(name: Text, total: Decimal, whole: Decimal, measure: str) -> Text:
    more = total - whole
    if not more:
        return Text(
            f"{name.zh}合计 {total:,f} {measure}，与目标一致。", f"{name.en}: {total:,f} {measure}, as the target."
        )
    word = Text("多", "more") if more > 0 else Text("少", "less")
    return Text(
        f"{name.zh}合计 {total:,f} {measure}，比目标{word.zh} {abs(more):,f} {measure}。",
        f"{name.en}: {total:,f} {measure}, {abs(more):,f} {measure} {word.en} than the target.",
    )
