"""How a change says that it is the one somebody was shown before: by a fingerprint of all that it would do. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def fingerprint_of(values: Iterable[object]) -> str:
    """A text of 64 characters that is the same for the same values in the same order.

    The values are told apart by what `repr` writes, so they must be dataclasses, named tuples, texts, dates or numbers.
    """
    found = hashlib.sha256()
    for value in values:
        found.update(repr(value).encode("utf-8", "surrogatepass"))
        found.update(b"\0")
    return found.hexdigest()
