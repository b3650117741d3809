"""A short message as the settings say it (pure): the sentence of its template, and what is posted for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from services.notifications.channels.exchange import Request
from services.notifications.channels.fitting import fitted, length_in_signs, longest_of
from shared.accounts import PLACE, Gateway
from shared.text import Text

MORE = Text("另有{n}项", "{n} more")


def filled(sentence: str, places: Mapping[str, str]) -> str:
    """The sentence with its places filled; what was filled in is not looked at again."""
    return PLACE.sub(lambda found: places.get(found[1], found[0]), sentence)


def text_of(gateway: Gateway, sentence: str, places: Mapping[str, str], lines: list[str], language: str) -> str:
    """The short message: signature and sentence, with as many lines as fit where it has a place for them."""

    def whole(kept: Any, left_out: int) -> str:
        more = (MORE.en if language == "en" else MORE.zh).format(n=left_out)
        said = "；".join([*kept, *([more] if left_out else [])])
        return f"【{gateway.signature}】{filled(sentence, {**places, 'lines': said})}"

    if "{lines}" not in sentence:
        return whole(lines, 0)
    return fitted(lines, longest_of(gateway.most_segments), whole, length_in_signs)


def request_of(gateway: Gateway, *, phone: str, text: str, key: str, places: Mapping[str, str]) -> Request:
    """The request for one short message; `key` is the same for each try of it."""
    values = {
        **places,
        **gateway.secret_places,
        "phone": phone,
        "text": text,
        "key": key,
        "signature": gateway.signature,
    }
    fields = _filled(gateway.fields, values)
    body, kind = (
        (urlencode(fields).encode(), "application/x-www-form-urlencoded; charset=utf-8")
        if gateway.is_form
        else (json.dumps(fields, ensure_ascii=False).encode(), "application/json; charset=utf-8")
    )
    headers = {name: filled(value, values) for name, value in gateway.headers.items()}
    return Request(gateway.endpoint.target, {"Content-Type": kind, **headers}, body)


def _filled(found: Any, values: Mapping[str, str]) -> Any:
    if isinstance(found, str):
        return filled(found, values)
    if isinstance(found, Mapping):
        return {name: _filled(one, values) for name, one in found.items()}
    return [_filled(one, values) for one in found]
