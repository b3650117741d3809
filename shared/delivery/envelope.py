"""Events to CloudEvents 1.0 JSON bytes and back.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, structured content mode, with one
extension attribute: `correlationid`, the id that follows one click from the browser to the last consumer.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from shared.correlation import correlation_id_of
from shared.events import SCHEMAS, Event, Received

CONTENT_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "qingdan."
# A quorum queue keeps bodies in memory and on three disks.
MAX_BODY_BYTES = 64 * 1024
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


class UnreadableEventError(Exception):
    """The bytes are no event of the catalogue; the sentence goes to the parking lot as the reason."""


def encode(
    event_id: UUID, event_type: str, payload: dict[str, Any], *, source: str, time: dt.datetime, correlation_id: str
) -> bytes:
    """Bytes of one event; `source` is the service that owns the fact, such as tasks."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(event_id),
            "source": f"/qingdan/{source}",
            "type": TYPE_PREFIX + event_type,
            "time": time.isoformat(),
            "datacontenttype": "application/json",
            "correlationid": correlation_id,
            "data": payload,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def decode(body: bytes | str) -> Received:
    """The event in `body`; UnreadableEventError says what is wrong with it."""
    try:
        envelope = json.loads(body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEventError(f"the body is no JSON: {error}") from error
    if not isinstance(envelope, dict) or envelope.get("specversion") != "1.0":
        raise UnreadableEventError("the body is no CloudEvents 1.0 object")
    event_type = str(envelope.get("type", "")).removeprefix(TYPE_PREFIX)
    schema = SCHEMAS.get(event_type)
    if schema is None:
        raise UnreadableEventError(f"the type {event_type!r} is not in the catalogue")
    try:
        return Received(
            id=UUID(str(envelope["id"])),
            type=event_type,
            source=str(envelope.get("source", "")),
            time=_instant(str(envelope["time"])),
            correlation_id=correlation_id_of(envelope.get("correlationid")),
            data=schema.load(envelope.get("data") or {}),
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


__all__ = ["CONTENT_TYPE", "MAX_BODY_BYTES", "Event", "Received", "UnreadableEventError", "decode", "encode"]
