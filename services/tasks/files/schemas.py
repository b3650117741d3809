"""Parameters of the operations of files."""

from __future__ import annotations

from services.tasks.vocabulary import FILE_PART, file_field
from shared.calling import params as f
from shared.calling.chunks import MOST_CHUNKS
from shared.calling.params import Params, Words
from shared.text import Text


class PutFile(Params):
    file_id = file_field()
    name = Words(Text("文件名", "file name"), longest=200)
    number = f.whole(FILE_PART, 0, MOST_CHUNKS - 1)
    content = f.verbatim(Text("文件内容", "content of the file"))


class GetFile(Params):
    file_id = file_field()
    number = f.whole(FILE_PART, 0, MOST_CHUNKS - 1)
