"""Parameters of the notifications operations."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

MAX_ID = 2**63 - 1
MAX_PAGE = 100_000


class InboxParams(Schema):
    page = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=MAX_PAGE))


class MessageParams(Schema):
    message_id = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MAX_ID))
