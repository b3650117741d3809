"""Sentences of a paragraph, never cut inside quotation marks or brackets; cutting loses no character."""

from __future__ import annotations

PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉",
    "(": ")", "（": "）", "[": "]", "［": "］", "【": "】", "〔": "〕", "{": "}",
}  # fmt: skip
_CLOSERS = {
    **{closer: {opener} for opener, closer in PAIRS.items()},
    ")": {"(", "（"},
    "）": {"(", "（"},
    "]": {"[", "［"},
    "］": {"[", "［"},
}
SENTENCE_ENDS = "。;；!！?？"


def find_pairs(text: str) -> dict[int, int]:
    """Return opening position → closing position of every pair that closes, outer and inner ones alike.

    Half- and full-width brackets may close each other, as they do in typed notices. A sign that never closes counts
    as plain text, so that one lost quotation mark does not swallow the rest of a paragraph.
    """
    pairs: dict[int, int] = {}
    opened: list[int] = []
    straight: int | None = None
    for position, sign in enumerate(text):
        if sign == '"':
            if straight is None:
                straight = position
            else:
                pairs[straight], straight = position, None
        elif sign in PAIRS:
            opened.append(position)
        elif sign in _CLOSERS:
            _close(text, sign, position, opened, pairs)
    return pairs


def split_sentences(text: str, ends: str = SENTENCE_ENDS) -> list[str]:
    """Cut after each of `ends` that stands outside pairs; joining the pieces gives `text` again."""
    pairs = find_pairs(text)
    pieces: list[str] = []
    start = position = 0
    while position < len(text):
        position = pairs.get(position, position)
        if text[position] in ends:
            position = _after_run_of(text, position, ends)
            pieces.append(text[start:position])
            start = position
        else:
            position += 1
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def strip_end(sentence: str) -> str:
    """Return the sentence without blanks around it and without its closing sign."""
    return sentence.strip().rstrip("。;；,，").strip()


def _after_run_of(text: str, position: int, ends: str) -> int:
    while position < len(text) and text[position] in ends:
        position += 1
    return position


def _close(text: str, sign: str, position: int, opened: list[int], pairs: dict[int, int]) -> None:
    openers = _CLOSERS[sign]
    # Ten deep is more than any sentence needs, and keeps hostile text from costing quadratic time.
    for depth in range(len(opened) - 1, max(-1, len(opened) - 11), -1):
        if text[opened[depth]] in openers:
            pairs[opened[depth]] = position
            del opened[depth:]
            return
