"""Which addresses lead to this site and nowhere else: whatever a person gave becomes a link only if it does."""

from __future__ import annotations


def own_path(path: str) -> str:
    """`path` if it leads to this site, else nothing; browsers read a double or a backward slash as another host."""
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_own else ""
