"""Text as people type, paste and export it, made into what it looks like, so that equal looks are equal texts. Pure.

Signs that nobody sees go, every kind of blank is the one blank, full-width letters and digits are the plain ones, and
the radicals that PDF readers hand out instead of characters are characters. Chinese punctuation stays as it was typed.
What cannot be mended stays in the text, for `unstorable` and `is_mangled_number` to find.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

# Format signs (Cf), joiners and variation selectors: what they ask of a font, no name and no note needs.
INVISIBLE = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# The separators (Zs), and letters and patterns that are drawn as nothing.
BLANKS = "\t \u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0"
LINE_ENDS = "\n\v\f\r\u0085\u2028\u2029"

_RADICALS = "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻭⻰⻳"
_CHARACTERS = "母民西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟"
_KANGXI = range(0x2F00, 0x2FD6)
_FULL_WIDTH = (range(0xFF10, 0xFF1A), range(0xFF21, 0xFF3B), range(0xFF41, 0xFF5B))

# A sheet shows a long number as 3.41021E+11 and saves what it shows; other tools write 341021100.0.
_MANGLED_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee][+-]\d+|\d+\.0+")


def _signs_of(ranges: str) -> str:
    """The signs of a character class such as "a-c"."""
    signs = re.sub("(.)-(.)", lambda found: "".join(map(chr, range(ord(found[1]), ord(found[2]) + 1))), ranges)
    return "".join(dict.fromkeys(signs))


_FOLDS: dict[int, str | None] = {
    **{ord(sign): None for sign in _signs_of(INVISIBLE)},
    **{ord(sign): " " for sign in _signs_of(BLANKS)},
    **dict(zip(map(ord, _RADICALS), _CHARACTERS, strict=True)),
    **{code: unicodedata.normalize("NFKC", chr(code)) for codes in (*_FULL_WIDTH, _KANGXI) for code in codes},
}
# To look for one is a third of the work of folding, and most text has none.
_TO_FOLD = frozenset(map(chr, _FOLDS)) - {" "}
_LINE_END = re.compile(f"\r\n|[{LINE_ENDS}]")
_NEVER_SEEN = re.compile(f"[{INVISIBLE}]")
_AROUND = f"{_signs_of(BLANKS)}{LINE_ENDS}"
# Controls but for the line end, surrogates, and code points that Unicode promises never to give a meaning: a workbook
# with one of those cannot be opened.
_UNSTORABLE = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane | end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)


def tidy(text: str, *, has_lines: bool = False) -> str:
    """A name, a title or, with `has_lines`, a note: folded, each run of blanks one space, nothing blank around it.

    Without `has_lines` a line end is a blank. Applying it again changes nothing.
    """
    # Imports tidy cells by the hundred thousand; what can be printed has no line end in it.
    if text.isprintable():
        return _tidy_line(text)
    lines = [_tidy_line(line) for line in _LINE_END.split(text)]
    return "\n".join(lines).strip("\n") if has_lines else " ".join(line for line in lines if line)


def tidy_code(text: str) -> str:
    """A code or a sign-in name, in which no sign means more than its plain form: NFKC beside the folds of `tidy`."""
    plain = text if text.isprintable() else _LINE_END.sub(" ", text)
    return _without_runs(plain if plain.isascii() and plain.isprintable() else _folded(plain, "NFKC"))


def tidy_password(text: str) -> str:
    """A password without what pasting brings along: signs that nobody sees, and blanks around it."""
    return _NEVER_SEEN.sub("", text).strip(_AROUND)


def comparable(name: str) -> str:
    """What two names have in common that a reader, or a notice, takes for the same: width, case and blanks aside."""
    return tidy_code(name).replace(" ", "").lower()


def has_unstorable(text: str) -> bool:
    """Whether a sign is left that no database or sheet takes, and that nobody can have meant to type."""
    return _UNSTORABLE.search(text) is not None


def is_mangled_number(code: str) -> bool:
    """Whether a sheet has made a number of the code, as in 3.41021E+11: which digits it had cannot be known."""
    return _MANGLED_NUMBER.fullmatch(code) is not None


def _tidy_line(line: str) -> str:
    return _without_runs(_folded(line, "NFC"))


def _folded(text: str, form: Literal["NFC", "NFKC"]) -> str:
    return unicodedata.normalize(form, text if _TO_FOLD.isdisjoint(text) else text.translate(_FOLDS))


def _without_runs(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part) if "  " in text else text.strip(" ")
