"""Fields of the operations' parameters, whose complaints are sentences in both languages.

Whatever passes here can be stored: keys fit a bigint, text has no control characters and no lone surrogates, which
PostgreSQL refuses, and days exist.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from shared.text import Text

_LARGEST_KEY = 2**63 - 1
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")

UNKNOWN_FIELD = Text("请求里有多余的字段，请刷新页面重试。", "The request has a foreign field. Please reload the page.")
WRONG_SHAPE = Text(
    "请求的格式不正确，请刷新页面重试。", "The request is not in the right form. Please reload the page."
)


class Params(Schema):
    """Parameters of one operation; a complaint about a part of a field becomes one about the field."""

    error_messages = {"unknown": UNKNOWN_FIELD, "type": UNKNOWN_FIELD}  # type: ignore[dict-item]  # noqa: RUF012

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:  # noqa: ARG002
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise ValidationError({name: [_first_leaf(found)] for name, found in messages.items()})


def _first_leaf(messages: Any) -> Text:
    if isinstance(messages, dict):
        return _first_leaf(next(iter(messages.values())))
    if isinstance(messages, list):
        return _first_leaf(messages[0])
    return messages if isinstance(messages, Text) else WRONG_SHAPE


def _complaints(label: Text) -> dict[str, Any]:
    missing = Text(f"请填写{label.zh}。", f"Please fill in: {label.en}.")
    invalid = Text(f"{label.zh}填写不正确，请检查。", f"This is not valid, please check: {label.en}.")
    return {"required": missing, "null": missing, "invalid": invalid, "invalid_utf8": invalid, "too_large": invalid}


def refuse(zh: str, en: str) -> ValidationError:
    return ValidationError([Text(zh, en)])


class Words(fields.String):
    """Text without blanks around it; `has_lines` keeps line breaks, else every run of blanks becomes one space."""

    def __init__(
        self, label: Text, *, longest: int, has_lines: bool = False, may_be_empty: bool = False, **options: Any
    ) -> None:
        super().__init__(error_messages=_complaints(label), **options)
        self.label = label
        self.longest = longest
        self.has_lines = has_lines
        self.may_be_empty = may_be_empty

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = tidy(super()._deserialize(value, attr, data, **kwargs) or "", has_lines=self.has_lines)
        complaint = complain_of_text(text, self.label, self.longest)
        if complaint:
            raise ValidationError([complaint])
        if not text and not self.may_be_empty:
            raise self.make_error("required")
        return text


def tidy(text: str, *, has_lines: bool) -> str:
    if not has_lines:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def complain_of_text(text: str, label: Text, longest: int) -> Text | None:
    if len(text) > longest:
        return Text(
            f"{label.zh}最多{longest}个字，现在有{len(text)}个，请缩短。",
            f"{label.en}: at most {longest} characters, this has {len(text)}. Please shorten it.",
        )
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        return Text(
            f"{label.zh}里有看不见的控制字符，请重新输入。",
            f"{label.en} contains invisible control characters. Please type it again.",
        )
    return None


def key(label: Text, **options: Any) -> fields.Integer:
    """The id of a row; required unless `load_default` is given."""
    options.setdefault("required", "load_default" not in options)
    return fields.Integer(
        strict=True, error_messages=_complaints(label), validate=_within(label, 1, _LARGEST_KEY), **options
    )


def whole(label: Text, lowest: int, highest: int, **options: Any) -> fields.Integer:
    options.setdefault("required", "load_default" not in options)
    return fields.Integer(
        strict=True, error_messages=_complaints(label), validate=_within(label, lowest, highest), **options
    )


def version(**options: Any) -> fields.Integer:
    return whole(Text("版本", "version"), 1, 2**31 - 1, **options)


def _within(label: Text, lowest: int, highest: int) -> Callable[[int], None]:
    def check(value: int) -> None:
        if not lowest <= value <= highest:
            raise refuse(
                f"{label.zh}应在{lowest}到{highest}之间。", f"{label.en}: it must lie between {lowest} and {highest}."
            )

    return check


def figure(label: Text, **options: Any) -> fields.Decimal:
    """A decimal of at most fifteen digits before the point and six behind it."""

    def check(value: Decimal) -> None:
        if not value.is_finite() or abs(value) >= 10**15 or value != round(value, 6):
            raise refuse(
                f"{label.zh}应是一个数，整数最多15位，小数最多6位。",
                f"{label.en}: a number with at most 15 digits before the point and 6 behind it.",
            )

    return fields.Decimal(error_messages=_complaints(label), validate=check, **options)


def flag(label: Text, **options: Any) -> fields.Boolean:
    options.setdefault("required", "load_default" not in options)
    return fields.Boolean(error_messages=_complaints(label), **options)


def choice(label: Text, values: Iterable[str], **options: Any) -> fields.String:
    options.setdefault("required", "load_default" not in options)
    allowed = frozenset(values)

    def check(value: str) -> None:
        if value not in allowed:
            raise ValidationError([_complaints(label)["invalid"]])

    return fields.String(error_messages=_complaints(label), validate=check, **options)


def several(item: fields.Field[Any], label: Text, *, most: int, least: int = 0, **options: Any) -> fields.List[Any]:
    """A list of distinct or nested things; the complaint says how many are allowed."""
    options.setdefault("required", "load_default" not in options)

    def check(values: list[Any]) -> None:
        if len(values) < least:
            raise ValidationError([_complaints(label)["required"]])
        if len(values) > most:
            raise refuse(f"{label.zh}最多{most}个。", f"{label.en}: at most {most}.")

    return fields.List(item, error_messages=_complaints(label), validate=check, **options)


class Day(fields.Field[dt.date]):
    """An ISO date; a date that no calendar has, such as 31 February, is named in the complaint."""

    def __init__(self, label: Text, **options: Any) -> None:
        super().__init__(error_messages=_complaints(label), **options)
        self.label = label

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:  # noqa: ARG002
        match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise refuse(
                f"{self.label.zh}请写成 2026-06-30 的形式。", f"{self.label.en}: please write it as 2026-06-30."
            )
        try:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError as error:
            raise refuse(
                f"{value}这一天不存在，请改成有效的日期。", f"There is no day {value}. Please give a day that exists."
            ) from error
