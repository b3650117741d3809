"""What a file is called on pages and when it is downloaded: never a path, never a sign that nobody sees. Pure."""

from __future__ import annotations

import re

from shared.typed_text import tidy

LONGEST = 100
UNNAMED = "证明材料"
# Endings that a kind goes by beside its own; those of WPS are kinds of Office.
_ENDINGS = {"jpg": ("jpg", "jpeg"), "doc": ("doc", "wps"), "xls": ("xls", "et")}
_NOT_IN_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff:*?"<>|]')


def safe_name(sent: str, kind: str) -> str:
    """The name that was sent without its folders and odd signs, at most 100 long, ending in what the file is."""
    name = _plain(sent)
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in _ENDINGS.get(kind, (kind,)):
        stem, ending = name, kind
    stem = stem[: LONGEST - len(ending) - 1].strip(" .") or UNNAMED
    return f"{stem}.{ending}"


def shown_name(sent: str) -> str:
    """The name that was sent as a sentence may repeat it, at most 100 long."""
    return _plain(sent)[:LONGEST] or UNNAMED


def _plain(sent: str) -> str:
    last = re.split(r"[/\\]", sent)[-1]
    return tidy(_NOT_IN_NAME.sub(" ", last)).rstrip(" .")
