"""Events to CloudEvents 1.0 JSON bytes and back.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, structured content mode, with one
extension attribute: `correlationid`, the id that follows one click from the browser to the last consumer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from shared.correlation import correlation_id_of
from shared.events import LOADERS, Event, Received

CONTENT_TYPE = "application/cloudevents+json"
# Several events, one behind the other: the batched content mode of the same format.
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"
TYPE_PREFIX = "qingdan."
# A quorum queue keeps bodies in memory and on three disks.
MAX_BODY_BYTES = 64 * 1024
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200
_DECODER = json.JSONDecoder()


class UnreadableEventError(Exception):
    """The bytes are no event of the catalogue; the sentence goes to the parking lot as the reason."""


def encode(
    event_id: UUID, event_type: str, payload: dict[str, Any], *, source: str, time: dt.datetime, correlation_id: str
) -> bytes:
    """Bytes of one event; `source` is the service that owns the fact, such as tasks."""
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return encode_text(str(event_id), event_type, data, source=source, time=time, correlation_id=correlation_id)


def encode_text(
    event_id: str, event_type: str, data: str, *, source: str, time: dt.datetime, correlation_id: str
) -> bytes:
    """The same where the payload is JSON text already, as the outbox keeps it."""
    return (
        f'{{"specversion":"1.0","id":"{event_id}","source":"/qingdan/{source}","type":"{TYPE_PREFIX}{event_type}",'
        f'"time":"{time.isoformat()}","datacontenttype":"application/json","correlationid":{_quoted(correlation_id)},'
        f'"data":{data}}}'
    ).encode()


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def join(bodies: Sequence[bytes]) -> bytes:
    """The body of a message of several events, from the bodies of each."""
    return b"[" + b",".join(bodies) + b"]"


def apart(body: bytes) -> list[tuple[bytes, Received | UnreadableEventError]]:
    """The events in a message of several, each with its own body; what is wrong with one is said of it alone.

    Raises UnreadableEventError for a body that is no such message.
    """
    found: list[tuple[bytes, Received | UnreadableEventError]] = []
    try:
        text = body.decode()
        position, sign = _next_sign(text, 0)
        while sign == ("," if found else "["):
            begin, _ = _next_sign(text, position + 1)
            envelope, end = _DECODER.raw_decode(text, begin)
            found.append((text[begin:end].encode(), _tried(envelope)))
            position, sign = _next_sign(text, end)
    except (ValueError, RecursionError) as error:
        raise UnreadableEventError(f"the body is no JSON: {error}") from error
    if sign != "]" or text[position + 1 :].strip():
        raise UnreadableEventError("the body is no batch of CloudEvents")
    return found


def _next_sign(text: str, position: int) -> tuple[int, str]:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position, text[position : position + 1]


def _tried(envelope: object) -> Received | UnreadableEventError:
    try:
        return _received(envelope)
    except UnreadableEventError as error:
        return error


def decode(body: bytes | str) -> Received:
    """The event in `body`; UnreadableEventError says what is wrong with it."""
    try:
        envelope = json.loads(body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEventError(f"the body is no JSON: {error}") from error
    return _received(envelope)


def _received(envelope: object) -> Received:
    if not isinstance(envelope, dict) or envelope.get("specversion") != "1.0":
        raise UnreadableEventError("the body is no CloudEvents 1.0 object")
    event_type = str(envelope.get("type", "")).removeprefix(TYPE_PREFIX)
    load = LOADERS.get(event_type)
    if load is None:
        raise UnreadableEventError(f"the type {event_type!r} is not in the catalogue")
    try:
        return Received(
            id=UUID(str(envelope["id"])),
            type=event_type,
            source=str(envelope.get("source", "")),
            time=_instant(str(envelope["time"])),
            correlation_id=correlation_id_of(envelope.get("correlationid")),
            data=load(envelope.get("data") or {}),
        )
    except KeyError as error:
        raise UnreadableEventError(f"the attribute {error} is missing") from error
    except ValidationError as error:
        raise UnreadableEventError(f"the data of {event_type} is invalid: {error.messages}") from error
    except ValueError as error:
        raise UnreadableEventError(f"an attribute is malformed: {error}") from error


def _instant(text: str) -> dt.datetime:
    """A time with its zone, in a year in which such a system can have written it; ValueError otherwise."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None or not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValueError(f"time {text[:40]!r} has no zone or an impossible year")
    return found


__all__ = [
    "BATCH_CONTENT_TYPE",
    "CONTENT_TYPE",
    "MAX_BODY_BYTES",
    "Event",
    "Received",
    "UnreadableEventError",
    "apart",
    "decode",
    "encode",
    "encode_text",
    "join",
]
