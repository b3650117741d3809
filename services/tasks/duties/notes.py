"""Whether two notes say the same, however they are typed. Pure."""

from __future__ import annotations

import hashlib
import unicodedata

# "已完成" and "按要求办理" are what everybody writes; that they are the same says nothing.
LEAST_SIGNS = 8
# Of the categories of Unicode: punctuation, blanks, and what is not seen.
_LEFT_OUT = "PZC"


def note_key(note: str | None) -> str | None:
    """The same 32 signs for all notes that say the same; None for a note that is too short to mean anything.

    Blanks, punctuation, width (Ａ and A) and case make no difference.
    """
    plain = unicodedata.normalize("NFKC", note or "").casefold()
    signs = "".join(sign for sign in plain if unicodedata.category(sign)[0] not in _LEFT_OUT)
    return hashlib.sha256(signs.encode()).hexdigest()[:32] if len(signs) >= LEAST_SIGNS else None
