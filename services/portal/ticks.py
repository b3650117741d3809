"""Ticked duties of a form, each on the version that its page showed."""

from __future__ import annotations

from flask import request

from shared.errors import MALFORMED, Invalid


def ticked_duties(name: str) -> list[dict[str, int]]:
    """The duties under this name, each sent as id:version; Invalid for what no page of ours sends."""
    chosen = []
    for value in dict.fromkeys(request.form.getlist(name)):
        duty_id, _colon, version = value.partition(":")
        if not (duty_id.isdecimal() and version.isdecimal()):
            raise Invalid(MALFORMED)
        chosen.append({"duty_id": int(duty_id), "version": int(version)})
    return chosen
