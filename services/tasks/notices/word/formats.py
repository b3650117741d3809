"""Word's number formats that occur in Chinese documents, as Word prints them."""

from __future__ import annotations

from collections.abc import Callable

from services.tasks.notices.numbering import CIRCLED, DIGITS, format_chinese_number

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL_SIGNS = str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def format_number(value: int, number_format: str) -> str:
    """Write `value` in a Word format; an unknown format is written as plain digits."""
    if number_format == "none":
        return ""
    return _FORMATS.get(number_format, str)(value)


def _of_signs(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if 1 <= value <= len(signs) else str(value)


def _full_width(value: int) -> str:
    return str(value).translate({ord("0") + n: 0xFF10 + n for n in range(10)})


def _digit_by_digit(value: int) -> str:
    return "".join("〇" if digit == "0" else DIGITS[int(digit)] for digit in str(value))


def _letters(value: int) -> str:
    # After z Word repeats the letter: aa, bb.
    return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 4) if value > 0 else str(value)


def _roman(value: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        written += sign * min(count, 9)
    return written


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": format_chinese_number,
    "chineseCountingThousand": format_chinese_number,
    "japaneseCounting": format_chinese_number,
    "taiwaneseCounting": format_chinese_number,
    "taiwaneseCountingThousand": format_chinese_number,
    "koreanCounting": format_chinese_number,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": lambda value: format_chinese_number(value).translate(_FORMAL_SIGNS),
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _of_signs(CIRCLED),
    "decimalEnclosedCircleChinese": _of_signs(CIRCLED),
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "ideographEnclosedCircle": _of_signs("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographTraditional": _of_signs(_STEMS),
    "ideographZodiac": _of_signs(_BRANCHES),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
}
