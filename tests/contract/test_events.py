"""Every event of the catalogue against its stored example: what was sent once must be readable for ever."""

import json

import pytest
from marshmallow import fields

from shared.delivery.envelope import UnreadableEventError, decode
from shared.events import SCHEMAS, payload_of
from tests.support.example_events import EXAMPLES, FOLDER, body_of

STORED = sorted(FOLDER.glob("*.json"))


def test_every_type_of_the_catalogue_has_a_stored_example():
    """A new type fails here: run `python -m tests.support.example_events` after adding its example."""
    assert {file.stem for file in STORED} >= set(SCHEMAS)


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_stored_example_is_read_whole(file):
    body = file.read_bytes()

    received = decode(body)

    assert received.type == file.stem
    assert payload_of(received.data) == json.loads(body)["data"]


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TYPE)
def test_what_is_sent_today_is_what_is_stored(event):
    """A field that was added, renamed or dropped shows here; a changed meaning needs a new version."""
    assert json.loads(body_of(event)) == json.loads((FOLDER / f"{event.TYPE}.json").read_bytes())


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_field_that_a_newer_producer_adds_is_ignored(file):
    envelope = json.loads(file.read_bytes())
    envelope["data"]["added_later"] = [1]
    envelope["addedattribute"] = "x"

    assert decode(json.dumps(envelope)) == decode(file.read_bytes())


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_no_field_may_be_missing(file):
    for name in json.loads(file.read_bytes())["data"]:
        envelope = json.loads(file.read_bytes())
        del envelope["data"][name]
        with pytest.raises(UnreadableEventError, match=name):
            decode(json.dumps(envelope))


@pytest.mark.parametrize("version", ["v0", "v2", "V1", ""])
@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_version_that_is_not_in_the_catalogue_is_refused(file, version):
    body = file.read_text(encoding="utf-8").replace(f'"qingdan.{file.stem}"', f'"qingdan.{file.stem[:-2]}{version}"')

    with pytest.raises(UnreadableEventError, match="not in the catalogue"):
        decode(body)


@pytest.mark.parametrize("event_type", ["duty.invented.v1", "", "duty.submitted", "other.duty.submitted.v1"])
def test_an_unknown_type_is_refused(event_type):
    envelope = json.loads(body_of(EXAMPLES[0])) | {"type": event_type}

    with pytest.raises(UnreadableEventError, match="not in the catalogue"):
        decode(json.dumps(envelope))


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_an_example_is_a_cloudevent(file):
    envelope = json.loads(file.read_bytes())

    assert envelope["specversion"] == "1.0"
    assert envelope["source"].startswith("/qingdan/")
    assert envelope["datacontenttype"] == "application/json"
    assert {"id", "type", "time", "data"} <= set(envelope)


def test_many_parts_are_written_at_once():
    """A `List` of `Nested` takes three times as long to write, and half of an import of history was that."""
    one_by_one = [
        (event_type, name)
        for event_type, schema in SCHEMAS.items()
        for name, field in schema.fields.items()
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested)
    ]

    assert one_by_one == []
