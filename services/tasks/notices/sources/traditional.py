"""Whether a text is written in Traditional characters, and the same text in simplified ones, sign for sign. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

# A simplified text has some by mistake or in names (乾, 著); a Traditional one a third of its signs.
_LEAST_SHARE = 0.08
_LEAST = 3
# Enough to know; the whole would be looked at twice.
_LOOKED_AT = 20_000


def simplifier_for(text: str) -> Callable[[str], str]:
    """What makes simplified text of pieces of this text: nothing where it is no Traditional one."""
    return simplify if is_traditional(text) else _as_it_is


def is_traditional(text: str) -> bool:
    """Whether many signs have another simplified form, and fewer are simplified ones."""
    sample = [sign for sign in text[:_LOOKED_AT] if "\u3400" <= sign <= "\u9fff"]
    written = "".join(sample)
    simplified = _converter("t2s").convert(written)
    changed = sum(one != other for one, other in zip(written, simplified, strict=False))
    if changed < _LEAST or changed < _LEAST_SHARE * len(sample):
        return False
    back = _converter("s2t").convert(written)
    plain_ones = sum(
        one != again and one == plain for one, again, plain in zip(written, back, simplified, strict=False)
    )
    return bool(changed > plain_ones)


def simplify(text: str) -> str:
    """The text in simplified characters, each at the place where it stood."""
    converter = _converter("t2s")
    whole: str = converter.convert(text)
    if len(whole) == len(text):
        return whole
    # A phrase that became longer or shorter would move every place behind it.
    return "".join(_one(converter, sign) for sign in text)


def _one(converter: opencc.OpenCC, sign: str) -> str:
    converted: str = converter.convert(sign)
    return converted if len(converted) == 1 else sign


def _as_it_is(text: str) -> str:
    return text


@cache
def _converter(name: str) -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC(name)
