"""Files in pieces that each fit into a call; who sends and who receives them agree on this."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import IO

# The one limit of an uploaded file; every reader of files is ready for one of this size.
LARGEST_FILE = 10_000_000
LARGEST_MEGABYTES = LARGEST_FILE // 1_000_000

# As base64 one is 60,000 characters, below the 64 KB that a message may have.
CHUNK_BYTES = 45_000
MOST_CHUNKS = -(-LARGEST_FILE // CHUNK_BYTES)


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of `file` in pieces of at most CHUNK_BYTES; one empty piece for an empty file."""
    yield file.read(CHUNK_BYTES)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def as_text(chunk: bytes) -> str:
    """A piece as it stands in a call."""
    return base64.b64encode(chunk).decode("ascii")


def from_text(text: str) -> bytes:
    """The piece that `as_text` wrote. Raises ValueError when it is not one, or is larger than CHUNK_BYTES."""
    try:
        chunk = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(chunk) > CHUNK_BYTES:
        raise ValueError(f"{len(chunk)} bytes, more than {CHUNK_BYTES}")
    return chunk
