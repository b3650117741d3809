"""Parameters of the operations of files."""

from __future__ import annotations

from marshmallow import fields

from services.tasks.vocabulary import FILE, file_field
from shared.calling import params as f
from shared.calling.chunks import MOST_CHUNKS
from shared.calling.params import Params, Words
from shared.text import Text


class PutFile(Params):
    file_id = file_field()
    name = Words(Text("文件名", "file name"), longest=200, required=True)
    number = f.whole(FILE, 0, MOST_CHUNKS - 1)
    content = fields.String(required=True)


class GetFile(Params):
    file_id = file_field()
    number = f.whole(FILE, 0, MOST_CHUNKS - 1)
