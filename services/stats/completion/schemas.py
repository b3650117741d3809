"""Parameters of the stats operations."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.light import Light

MAX_ID = 2**63 - 1
MAX_PAGE = 100_000


def _id(*, required: bool = True) -> fields.Integer:
    return fields.Integer(required=required, strict=True, validate=validate.Range(min=1, max=MAX_ID))


def _page() -> fields.Integer:
    return fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=MAX_PAGE))


class ChecklistParams(Schema):
    checklist_id = _id()


class RowParams(Schema):
    row_id = _id()


class UnitsBoardParams(Schema):
    checklist_id = _id()
    kind = fields.String(load_default=None, validate=validate.Length(max=40))
    page = _page()


class FindDutiesParams(Schema):
    checklist_id = _id()
    row_id = _id(required=False)
    unit_id = _id(required=False)
    light = fields.Enum(Light, by_value=True, load_default=None)
    page = _page()
