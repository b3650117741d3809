"""Names of groups that mean all units of a kind, however they are written (各乡镇, 各镇（街道）). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLACE = "(?:乡镇|镇街道?|街镇|乡|镇|街道|街办?|办事处|街道办事处)"
_OFFICE = "(?:人民政府|政府|党委政府|党委|办事处|街道办事处)"
_SIGNS = r"[、及和与/()（）]"
# At least two of 乡, 镇 and 街道: 各街道 alone leaves the towns out.
_TOWNSHIPS = re.compile(
    rf"(?:全县|县域内?|辖区内?|我县|本县|全区|全市)?(?:各|所有|全体)(?:(?:级|个))?{_PLACE}(?:{_SIGNS}{{0,2}}{_PLACE}){{0,4}}"
    rf"{_SIGNS}{{0,2}}(?:{_OFFICE}{_SIGNS}{{0,2}}(?:各?{_PLACE}?{_OFFICE})?)?{_SIGNS}?"
)
_LONGEST = 30


def kind_of_group(names: Iterable[str]) -> str:
    """The kind of unit of which a group with these names means all there are; empty for none."""
    return next((kind for name in names if (kind := kind_of_everyone(name))), "")


def kind_of_everyone(name: str) -> str:
    """The kind of unit of which a name means all there are; empty for any other name."""
    if len(name) > _LONGEST or not _TOWNSHIPS.fullmatch(name):
        return ""
    kinds = {sign for sign in ("乡", "镇", "街") if sign in name}
    return "township" if len(kinds) > 1 else ""
