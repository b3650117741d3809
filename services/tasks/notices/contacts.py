"""Whom a notice says to ask (联系人：张三，电话：…): a name with a telephone number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_B = r"[ \t\u3000\u00a0]*"
_NAME = rf"[\u4e00-\u9fff](?:{_B}[\u4e00-\u9fff]){{1,3}}"
_NUMBER = r"(?:\(?\d{3,4}\)?[-—－ ]?)?\d{7,8}(?:[-转]\d{1,5})?|1\d{10}|\d{7,11}"
_BETWEEN = rf"(?:[,，;；、。:：(（\s]|(?:办公|联{_B}系)?{_B}电{_B}话|手{_B}机(?:号码)?|联系方式|座机)*"
_CONTACT = re.compile(
    rf"联{_B}系{_B}人(?:及(?:联系)?(?:电话|方式))?{_B}[:：]?{_B}(?P<name>{_NAME}?)(?:同志)?{_BETWEEN}(?P<number>{_NUMBER})(?!\d)"
)
# What is offered is chosen from by a person.
_MOST = 3
_LONGEST_TEXT = 20_000


def contacts_in(lines: Iterable[str]) -> tuple[str, ...]:
    """The first few, each as 张三 0559-6512345, in their order and once."""
    text = "\n".join(line for line in lines if _may_be_of_contact(line))[:_LONGEST_TEXT]
    return tuple(dict.fromkeys(_found(text)))[:_MOST]


def _may_be_of_contact(line: str) -> bool:
    bare = re.sub(r"\s", "", line)
    return "联系人" in bare or "电话" in bare or "手机" in bare


def _found(text: str) -> Iterator[str]:
    for match in _CONTACT.finditer(text):
        name = re.sub(r"\s", "", match["name"])
        yield f"{name} {re.sub(r'[ ()]', '', match['number'])}"
