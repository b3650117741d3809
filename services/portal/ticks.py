"""Ticked lines of a form, each on the version that its page showed."""

from __future__ import annotations

from flask import request

from services.portal.numbers import is_number
from shared.errors import MALFORMED, Invalid


def ticked(name: str, key: str) -> list[dict[str, int]]:
    """The lines under this name, each sent as id:version, with the id as `key`; Invalid for what no page sends."""
    chosen = []
    for value in dict.fromkeys(request.form.getlist(name)):
        one, _colon, version = value.partition(":")
        if not (is_number(one) and is_number(version)):
            raise Invalid(MALFORMED)
        chosen.append({key: int(one), "version": int(version)})
    return chosen


def ticked_duties(name: str) -> list[dict[str, int]]:
    """The ticked duties, each with its version."""
    return ticked(name, "duty_id")
