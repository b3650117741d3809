"""What the operations of files take and answer."""

from __future__ import annotations

from services.tasks.vocabulary import FILE_PART, file_field
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.chunks import MOST_CHUNKS
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text


class PutFile(Params):
    """One piece of a file."""

    file_id = file_field()
    name = Words(Text("文件名", "file name"), longest=200)
    number = f.whole(FILE_PART, 0, MOST_CHUNKS - 1)
    content = f.verbatim(Text("文件内容", "content of the file"))


class GetFile(Params):
    """Which piece of which file."""

    file_id = file_field()
    number = f.whole(FILE_PART, 0, MOST_CHUNKS - 1)


class FilePart(Shape):
    """One part of a file."""

    name = s.text("of the whole file")
    content = s.text("base64")
    is_last = s.flag()


class FileMade(Shape):
    """A file that waits for `get_file`."""

    file_id = s.uuid()
