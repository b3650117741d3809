"""Sentences that ask for something (请于3月20日前报送…, 各单位要…并于…前报…) and stand in no measure. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks.notices.dates import find_due
from services.tasks.notices.draft import Due
from services.tasks.notices.sentences import split_sentences, strip_end

_ASKS = re.compile(
    r"(?:^|[,，:：]|[（(])\s*(?:\d[.、]\s*)?(?:请|望|要求)(?!示)|(?:各|有关|相关|县直)[^,，。；;]{0,16}?(?:要|应当?|须|必须|务必|需|请)(?!求)"
)
# What is handed in, and what only wishes for care (高度重视, 抓好落实) is not.
_HANDED_IN = re.compile(
    "报送|上报|报至|报县|报市|报我|[前将并]报|填报|反馈|提交|报备|备案|汇总|书面(?:报告|材料)|明确(?:一|1|专|\\d)名?|确定(?:一|1|专)名?|送至|回执|参会|参加会议"
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Duty:
    """A sentence that asks for something, and the day that it names."""

    text: str
    due: Due | None


def duties_in(texts: Sequence[str], year: int | None) -> Iterator[Duty]:
    """Those of the texts, in their order, each once."""
    seen: set[str] = set()
    for text in texts:
        for sentence in split_sentences(text, ends="。；;！!"):
            bare = strip_end(sentence)
            if bare in seen or len(bare) > _LONGEST or not _ASKS.search(bare):
                continue
            found = find_due(bare, year)
            if _HANDED_IN.search(bare) or (found is not None and found.due is not None):
                seen.add(bare)
                yield Duty(bare, found.due if found else None)
