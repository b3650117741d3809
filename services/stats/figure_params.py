"""How a figure of no indicator comes in a call: as somebody typed it, read as those of forms are."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from services.stats import numbers
from services.stats.numbers import Wanted
from shared.calling.params import labelled
from shared.text import Text

_ANY = Wanted("", 6, may_be_negative=True, may_be_absent=False)


class TypedFigure(fields.Decimal):
    """A decimal with up to six decimals; full-width signs and separators of thousands are read, 3.2万 is refused."""

    def __init__(self, label: Text, **options: Any) -> None:
        super().__init__(**options)
        labelled(self, label)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        # Of what is no number at all its name says more than its words would.
        if isinstance(value, str) and value and not any(sign.isdigit() for sign in value):
            raise self.make_error("invalid")
        typed = numbers.read(value, _ANY) if isinstance(value, str) else None
        if typed is not None and typed.problem is not None:
            raise ValidationError([typed.problem])
        if typed is not None and typed.value is None:
            raise self.make_error("required" if not self.allow_none else "invalid")
        return super()._deserialize(value if typed is None else typed.value, attr, data, **kwargs)
