"""How a period comes in a call: as its label, or as somebody wrote it."""

from __future__ import annotations

from typing import Any

from services.stats.periods import is_period
from services.stats.written_periods import label_of
from shared.calling import params as f
from shared.calling.params import Word
from shared.text import Text

PERIOD = Text("期", "period")
LONGEST = 20


class PeriodLabel(Word):
    """The label of a period: 2024年1月 is 2024-01. Invalid for what is no period."""

    def __init__(self, label: Text = PERIOD, *, may_be_empty: bool = False, **options: Any) -> None:
        super().__init__(label, longest=LONGEST, may_be_empty=may_be_empty, **options)
        self.validators.append(_check_period)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return label_of(super()._deserialize(value, attr, data, **kwargs))


def _check_period(value: str) -> None:
    if value and not is_period(value):
        raise f.refuse(
            "期的写法不对。请写成 2026年1月、2026年一季度、2026年上半年或 2026年，也可以写 2026-01。",
            "Please write the period as 2026-01, 2026-Q1, 2026-H1 or 2026.",
        )
