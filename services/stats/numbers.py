"""Figures as people type them: what counts as a number, what is refused, and the sentence that says so. Pure.

Nothing is guessed. Full-width digits and signs, blanks and invisible characters, and thousands separators in their
places are one way to write a number; 3.2万 is refused with what it would be, because a unit of measure that somebody
types beside a figure is as often a mistake as not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from shared.text import Text
from shared.typed_text import tidy

# What a numeric column and every reader of a sheet hold exactly.
MOST_DIGITS = 15
LONGEST_TYPED = 60
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
_WITH_FACTOR = re.compile(r"([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)(万|亿|千|百)[^0-9]*")
_FACTORS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# A footnote's sign beside a number, such as ² or ①, is no digit of it.
_MARKS = ("No", "Nl")
_SIGNS = str.maketrans(dict.fromkeys("−–—‐", "-") | {"，": ",", "。": "."})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a figure of an indicator must be; `may_be_absent` is whether there is a field to say why there is none."""

    unit_of_measure: str
    decimals: int
    may_be_negative: bool
    may_be_absent: bool = True


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed means `value`, or nothing at all (both None), or is wrong as `problem` says."""

    value: Decimal | None = None
    problem: Text | None = None


def read(typed: str, wanted: Wanted) -> Typed:
    """The figure that somebody typed. Empty is not zero: it is no value and no problem."""
    if any(unicodedata.category(sign) in _MARKS for sign in typed[:LONGEST_TYPED]):
        return Typed(problem=_not_a_number(typed.strip()[:20], wanted))
    text = _normal(typed)
    if not text:
        return Typed()
    if len(text) > LONGEST_TYPED:
        return Typed(problem=_not_a_number(text[:20] + "…", wanted))
    if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        return Typed(problem=_complaint(text, wanted))
    return _fitting(Decimal(text.replace(",", "")), wanted)


def fits(value: Decimal, wanted: Wanted) -> Text | None:
    """What is wrong with a number for an indicator; None when nothing is."""
    return _fitting(value, wanted).problem


def is_held(value: Decimal, wanted: Wanted) -> bool:
    """Whether the number is one that can be kept and read exactly."""
    return value.is_finite() and value.adjusted() < MOST_DIGITS - wanted.decimals


def plain(value: Decimal, decimals: int) -> str:
    """The number with exactly so many decimals, without separators and without an exponent."""
    return f"{value:.{decimals}f}"


def _fitting(value: Decimal, wanted: Wanted) -> Typed:
    if not is_held(value, wanted):
        return Typed(problem=Text("数字太大，请核对。", "The number is too large. Please check it."))
    if value < 0 and not wanted.may_be_negative:
        return Typed(problem=Text("这项指标不能是负数，请核对。", "This figure cannot be negative. Please check it."))
    if value != round(value, wanted.decimals):
        return Typed(problem=_too_many_decimals(wanted))
    return Typed(value=round(value, wanted.decimals) + 0)


def _normal(typed: str) -> str:
    # A blank between digits is a separator of thousands, or it is misplaced as a comma would be.
    return tidy(unicodedata.normalize("NFKC", typed).translate(_SIGNS)).replace("- ", "-").replace(" ", ",")


def _complaint(text: str, wanted: Wanted) -> Text:
    if _EXPONENT.fullmatch(text):
        return Text(
            f"“{text}”是科学计数法，请把数字写全。",
            f"“{text}” is written with an exponent. Please write the whole number.",
        )
    if "," in text and not any(sign.isalpha() for sign in text):
        return Text(
            f"“{text}”里的逗号或空格位置不对，请去掉，或写成 1,234.5。",
            f"The commas or blanks in “{text}” are misplaced. Please leave them out or write 1,234.5.",
        )
    if found := _WITH_FACTOR.fullmatch(text):
        value = Decimal(found[1].replace(",", "")) * _FACTORS[found[2]]
        if wanted.unit_of_measure[:1] in _FACTORS:
            return _in_large_units(text, value / _FACTORS[wanted.unit_of_measure[0]], wanted)
        zh, en = (
            (f"按“{wanted.unit_of_measure}”", f" in “{wanted.unit_of_measure}”") if wanted.unit_of_measure else ("", "")
        )
        return Text(
            f"“{text}”带了“{found[2]}”，请{zh}填写全部数字，例如 {value.normalize():f}。",
            f"“{text}” contains “{found[2]}”. Please write all digits{en}, such as {value.normalize():f}.",
        )
    return _not_a_number(text, wanted)


def _in_large_units(text: str, value: Decimal, wanted: Wanted) -> Text:
    """What to say where the unit of measure counts by ten thousand or the like itself: 280亿 is 280 of 亿元."""
    number = f"{value.normalize():f}"
    return Text(
        f"这项指标以“{wanted.unit_of_measure}”计，“{text}”请填 {number}。",
        f"This figure is in “{wanted.unit_of_measure}”: for “{text}” please type {number}.",
    )


def _not_a_number(text: str, wanted: Wanted) -> Text:
    if not wanted.may_be_absent:
        return Text(f"“{text}”不是数字。请只填数字。", f"“{text}” is no number. Please type digits only.")
    return Text(
        f"“{text}”不是数字。请只填数字；没有数请写明“无数”的原因。",
        f"“{text}” is no number. Please type digits only; where there is no figure, choose “no figure” and say why.",
    )


def _too_many_decimals(wanted: Wanted) -> Text:
    if wanted.decimals == 0:
        return Text(
            f"以“{wanted.unit_of_measure}”计的这项指标要填整数。",
            f"This figure, in “{wanted.unit_of_measure}”, must be a whole number.",
        )
    return Text(f"最多填 {wanted.decimals} 位小数。", f"At most {wanted.decimals} decimals, please.")
