"""Use cases of files that come or go in chunks, each small enough for a message."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from services.tasks.files import store
from shared.calling.calls import Context
from shared.calling.chunks import as_text, chunks_of, from_text
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

NOT_THERE = Text(
    "文件不存在或已过期，请重新上传或导出。", "The file is not there any more. Please upload or export it again."
)
BAD_CHUNK = Text("文件没有传完整，请重新上传。", "The file did not arrive whole. Please upload it again.")


def put_chunk(cur: Cursor, context: Context, params: dict[str, Any]) -> None:
    """Store one piece of the caller's file; the same piece again replaces the first. Invalid when it is damaged."""
    try:
        content = from_text(params["content"])
    except ValueError as error:
        raise Invalid(BAD_CHUNK) from error
    person_id = context.signed_in.person_id
    store.make_file(cur, params["file_id"], person_id, params["name"])
    _own_name(cur, params["file_id"], person_id)
    store.put_chunks(cur, params["file_id"], [(params["number"], content)])


def get_chunk(cur: Cursor, context: Context, file_id: UUID, *, number: int) -> dict[str, Any]:
    """One piece of the caller's own file. NotFound when there is none, or when it is somebody else's."""
    name = _own_name(cur, file_id, context.signed_in.person_id)
    content = store.chunk(cur, file_id, number)
    if content is None:
        raise NotFound(NOT_THERE)
    return {
        "name": name,
        "content": as_text(content),
        "is_last": number == store.last_number(cur, file_id),
    }


def name_of(cur: Cursor, context: Context, file_id: UUID) -> str:
    """The name of the caller's own file. NotFound when there is none, or when it is somebody else's."""
    return _own_name(cur, file_id, context.signed_in.person_id)


def read(cur: Cursor, context: Context, file_id: UUID) -> tuple[str, bytes]:
    """Return name and content of the caller's own file; Invalid when a chunk is missing."""
    name = _own_name(cur, file_id, context.signed_in.person_id)
    chunks = store.all_chunks(cur, file_id)
    if [number for number, _ in chunks] != list(range(len(chunks))):
        raise Invalid(BAD_CHUNK)
    return name, b"".join(content for _, content in chunks)


def keep(cur: Cursor, context: Context, name: str, content: bytes) -> UUID:
    """Store a file for the caller to get and return its id."""
    file_id = uuid4()
    store.make_file(cur, file_id, context.signed_in.person_id, name)
    store.put_chunks(cur, file_id, list(enumerate(chunks_of(BytesIO(content)))))
    return file_id


def _own_name(cur: Cursor, file_id: UUID, person_id: int) -> str:
    """Return the name; somebody else's file looks like one that is not there."""
    name = store.own_file(cur, file_id, person_id)
    if name is None:
        raise NotFound(NOT_THERE)
    return name
