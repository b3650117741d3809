"""Fields of the operations' parameters, whose complaints are sentences in both languages.

Whatever passes here can be stored: keys fit a bigint, text is as tidy as `shared/typed_text.py` makes it and has no
control characters and no lone surrogates, which PostgreSQL refuses, and days exist. A field must be given unless it has
a `load_default`, and one whose default is None may be null, or what it stands for is `KEPT` when it is left out. Limits
are marshmallow's own kinds of validators, so that they can be documented from the schema.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields, validate

from shared.calling import complaints
from shared.text import Text
from shared.typed_text import tidy, tidy_code

LARGEST_KEY = 2**63 - 1
# An offset must stay a whole number for PostgreSQL.
LAST_PAGE = 1_000_000
# Days of other years are counted with nowhere, and the day after the very last one is none.
FIRST_YEAR, LAST_YEAR = 1900, 2200
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")

UNKNOWN_FIELD = Text("请求里有多余的字段，请刷新页面重试。", "The request has a foreign field. Please reload the page.")
WRONG_SHAPE = Text(
    "请求的格式不正确，请刷新页面重试。", "The request is not in the right form. Please reload the page."
)

AnyField = TypeVar("AnyField", bound=fields.Field[Any])
AnyEnum = TypeVar("AnyEnum", bound=Enum)


def is_near(year: int) -> bool:
    """Whether days of the year are counted with."""
    return FIRST_YEAR <= year <= LAST_YEAR


class Params(Schema):
    """Parameters of one operation; a complaint about a part of a field becomes one about the field."""

    error_messages = {"unknown": UNKNOWN_FIELD, "type": WRONG_SHAPE}  # type: ignore[dict-item]  # noqa: RUF012

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:  # noqa: ARG002
        """Say one sentence for each field, about its first fault."""
        raise ValidationError({name: [text] for name, text in complaints_of(error).items()})


class NoParams(Params):
    """For operations without parameters."""


def complaints_of(error: ValidationError) -> dict[str, Text]:
    """One sentence per field: the first of its complaints."""
    messages = error.normalized_messages()  # type: ignore[no-untyped-call]
    return {name: _first_leaf(found) for name, found in messages.items()}


def _first_leaf(messages: Any) -> Text:
    if isinstance(messages, dict):
        return _first_leaf(next(iter(messages.values())))
    if isinstance(messages, list):
        return _first_leaf(messages[0])
    return messages if isinstance(messages, Text) else WRONG_SHAPE


def refuse(zh: str, en: str) -> ValidationError:
    """A complaint for a validator to raise."""
    return ValidationError([Text(zh, en)])


def labelled(field: AnyField, label: Text, *, missing: Text | None = None, wrong: Text | None = None) -> AnyField:
    """The field with sentences about `label` in the place of every English one that marshmallow would say."""
    sentences: dict[str, Any] = dict.fromkeys(field.error_messages, wrong or complaints.wrong(label))
    sentences |= dict.fromkeys(("required", "null"), missing or complaints.missing(label))
    field.error_messages = sentences
    field.metadata = {**field.metadata, "description": label.en}
    return field


# Options of a field of what exists already: left out it is not among what was loaded, and stays as it is.
KEPT: dict[str, Any] = {"required": False}
KEPT_OR_EMPTIED: dict[str, Any] = {"required": False, "allow_none": True}


def _required_unless_default(options: dict[str, Any]) -> dict[str, Any]:
    return {"required": "load_default" not in options, **options}


class Words(fields.String):
    """Tidy text; `has_lines` keeps line breaks, which are blanks otherwise."""

    def __init__(
        self, label: Text, *, longest: int, has_lines: bool = False, may_be_empty: bool = False, **options: Any
    ) -> None:
        fits = _Fits(label, 0 if may_be_empty else 1, longest)
        super().__init__(validate=fits, **_required_unless_default(options))
        labelled(self, label)
        self.has_lines = has_lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return tidy(super()._deserialize(value, attr, data, **kwargs), has_lines=self.has_lines)


class Word(Words):
    """Text of one line in which full-width signs are the plain ones, such as a sign-in name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return tidy_code(super()._deserialize(value, attr, data, **kwargs))


class Code(Word):
    """An official code: a `Word` without blanks that no sheet has made a number of."""

    def __init__(self, label: Text, *, longest: int, **options: Any) -> None:
        super().__init__(label, longest=longest, **options)
        self.validators.append(_IsCode(label))


class _IsCode(validate.Validator):
    def __init__(self, label: Text) -> None:
        self.label = label

    def __call__(self, value: Any) -> Any:
        complaint = complaints.of_code(value, self.label)
        if complaint:
            raise ValidationError([complaint])
        return value


class _Fits(validate.Length):
    def __init__(self, label: Text, shortest: int, longest: int) -> None:
        super().__init__(min=shortest, max=longest)
        self.label = label
        self.longest = longest

    def __call__(self, value: Any) -> Any:
        complaint = complaints.of_text(value, self.label, self.longest)
        if complaint or not (value or self.min == 0):
            raise ValidationError([complaint or complaints.missing(self.label)])
        return value


def verbatim(label: Text, **options: Any) -> fields.String:
    """Text just as it was sent, of any length; whoever takes it must not store it as it is."""
    return labelled(fields.String(**_required_unless_default(options)), label)


def key(label: Text, **options: Any) -> fields.Integer:
    """The id of a row."""
    within = _Known(label, 1, LARGEST_KEY)
    return labelled(fields.Integer(strict=True, validate=within, **_required_unless_default(options)), label)


def whole(label: Text, lowest: int, highest: int, **options: Any) -> fields.Integer:
    """A whole number from `lowest` to `highest`; required unless `load_default` is given."""
    within = _Within(label, lowest, highest)
    return labelled(fields.Integer(strict=True, validate=within, **_required_unless_default(options)), label)


def version(**options: Any) -> fields.Integer:
    """The version that a change is based on."""
    return whole(Text("版本", "version"), 1, 2**31 - 1, **options)


def page() -> fields.Integer:
    """The page of a list, the first one unless another is asked for."""
    return whole(Text("页码", "page"), 1, LAST_PAGE, load_default=1)


class _Within(validate.Range):
    def __init__(self, label: Text, lowest: int, highest: int) -> None:
        super().__init__(min=lowest, max=highest)
        self.label = label

    def __call__(self, value: Any) -> Any:
        if not self.min <= value <= self.max:
            raise refuse(
                f"{self.label.zh}应在{self.min}到{self.max}之间。",
                f"{self.label.en}: it must lie between {self.min} and {self.max}.",
            )
        return value


class _Known(_Within):
    """Ids mean nothing to a person: one that no row can have is one that is not there."""

    def __call__(self, value: Any) -> Any:
        if not self.min <= value <= self.max:
            raise refuse(
                f"没有这样的{self.label.zh}，请返回刷新。", f"{self.label.en}: there is none like this. Please reload."
            )
        return value


def figure(label: Text, **options: Any) -> fields.Decimal:
    """A decimal of at most fifteen digits before the point and six behind it."""

    def check(value: Decimal) -> None:
        if not value.is_finite() or abs(value) >= 10**15 or value != round(value, 6):
            raise refuse(
                f"{label.zh}应是一个数，整数最多15位，小数最多6位。",
                f"{label.en}: a number with at most 15 digits before the point and 6 behind it.",
            )

    return labelled(fields.Decimal(validate=check, **_required_unless_default(options)), label)


def moment(label: Text, **options: Any) -> fields.AwareDateTime:
    """An instant with its offset from UTC, such as an answer told it."""

    def check(value: dt.datetime) -> None:
        if not is_near(value.year):
            raise ValidationError([complaints.wrong(label)])

    return labelled(fields.AwareDateTime(format="iso", validate=check, **_required_unless_default(options)), label)


def flag(label: Text, **options: Any) -> fields.Boolean:
    """Yes or no; required unless `load_default` is given."""
    return labelled(fields.Boolean(**_required_unless_default(options)), label)


def choice(label: Text, values: Iterable[str], **options: Any) -> fields.String:
    """One of `values`; required unless `load_default` is given."""
    allowed = _OneOf(label, tuple(values))
    return labelled(fields.String(validate=allowed, **_required_unless_default(options)), label)


def member(label: Text, enum: type[AnyEnum], **options: Any) -> fields.Enum[AnyEnum]:
    """A choice that arrives as the enum's member."""
    return labelled(fields.Enum(enum, by_value=True, **_required_unless_default(options)), label)


class _OneOf(validate.OneOf):
    def __init__(self, label: Text, values: tuple[str, ...]) -> None:
        super().__init__(values)
        self.label = label

    def __call__(self, value: Any) -> Any:
        if value not in self.choices:
            raise ValidationError([complaints.wrong(self.label)])
        return value


def several(item: fields.Field[Any], label: Text, *, most: int, least: int = 0, **options: Any) -> fields.List[Any]:
    """A list of distinct or nested things; the complaint says how many are allowed."""
    return labelled(_Counted(item, _HowMany(label, least, most), **_required_unless_default(options)), label)


class _Counted(fields.List[Any]):
    """A list that is counted before anything in it is read: fifty thousand wrong things took two seconds to refuse."""

    def __init__(self, item: fields.Field[Any], how_many: _HowMany, **options: Any) -> None:
        super().__init__(item, validate=how_many, **options)
        self._how_many = how_many

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            self._how_many(value)
        return super()._deserialize(value, attr, data, **kwargs)


class _HowMany(validate.Length):
    def __init__(self, label: Text, least: int, most: int) -> None:
        super().__init__(min=least, max=most)
        self.label = label
        self.least, self.most = least, most

    def __call__(self, value: Any) -> Any:
        if len(value) < self.least:
            raise ValidationError([complaints.missing(self.label)])
        if len(value) > self.most:
            raise refuse(f"{self.label.zh}最多{self.most}个。", f"{self.label.en}: at most {self.most}.")
        return value


def part(schema: type[Params], label: Text, **options: Any) -> fields.Nested:
    """Parameters within parameters."""
    return labelled(fields.Nested(schema, **_required_unless_default(options)), label)


def json_object(label: Text, **options: Any) -> fields.Dict:
    """Whatever stands there under names; whoever takes it reads it by a schema of its own."""
    return labelled(fields.Dict(keys=fields.String(), **_required_unless_default(options)), label)


class Day(fields.Date):
    """An ISO date; a date that no calendar has, such as 31 February, is named in the complaint."""

    def __init__(self, label: Text, **options: Any) -> None:
        super().__init__(**_required_unless_default(options))
        labelled(self, label)
        self.label = label

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:  # noqa: ARG002
        if isinstance(value, str) and not tidy(value):
            raise ValidationError([complaints.missing(self.label)])
        match = _DAY.fullmatch(tidy(value)) if isinstance(value, str) else None
        if match is None:
            raise refuse(
                f"“{self.label.zh}”请写成 2026-06-30 的形式。", f"{self.label.en}: please write it as 2026-06-30."
            )
        if not is_near(int(match[1])):
            raise refuse(
                f"“{self.label.zh}”应在{FIRST_YEAR}年到{LAST_YEAR}年之间。",
                f"{self.label.en}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}.",
            )
        try:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError as error:
            raise refuse(
                f"{value}这一天不存在，请改成有效的日期。", f"There is no day {value}. Please give a day that exists."
            ) from error
