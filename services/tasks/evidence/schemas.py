"""What the operations of evidence take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.tasks.duties.schemas import DUTY
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

LONGEST_NAME = 120
# What the portal found a file to be. The old kinds of WPS are those of Office.
KINDS = ("jpg", "png", "webp", "pdf", "docx", "xlsx", "pptx", "doc", "xls")
# More than any setting of the portal lets through.
LARGEST = 200_000_000
# As many as the portal asks about at a time.
MOST_ASKED = 200

FILE = Text("文件", "file")
NAME = Text("文件名", "file name")
KEY = Text("文件编号", "key of the file")
DIGEST = Text("校验值", "digest")


def _key() -> fields.UUID:
    return f.labelled(fields.UUID(required=True), KEY)


def _digest() -> Words:
    field = Words(DIGEST, longest=64)
    field.validators.append(validate.Regexp(r"[0-9a-f]{64}\Z", error=DIGEST.en))
    return field


class FileSent(Params):
    """What lies in the store under `key`; `sent_sha256` is that of the file as it was sent."""

    key = _key()
    name = Words(NAME, longest=LONGEST_NAME)
    kind = f.choice(Text("文件类型", "kind of file"), KINDS)
    bytes = f.whole(Text("大小", "size"), 1, LARGEST)
    sha256 = _digest()
    sent_sha256 = _digest()


class AddEvidence(FileSent):
    """What lies in the store as evidence of a duty."""

    duty_id = f.key(DUTY)


class OneFile(Params):
    """One file of a duty."""

    duty_id = f.key(DUTY)
    evidence_id = f.key(FILE)


class Keys(Params):
    """Keys of the store."""

    keys = f.several(_key(), Text("文件编号", "keys of files"), most=MOST_ASKED)


class Added(Shape):
    """What became of a file that was sent."""

    outcome = s.one_of(("added", "already"), "already: the duty has the same file, and nothing was added")
    key = s.uuid("where the file lies that the duty has now")
    name = s.text("its name, or that under which the duty has it already")


class StoredFile(Shape):
    """Where a file lies, and what it must be."""

    key = s.uuid()
    name = s.text()
    kind = s.one_of(KINDS)
    bytes = s.whole()
    sha256 = s.text("of the bytes in the store")


class Held(Shape):
    """Which files of the store belong to a duty."""

    keys = s.several(s.uuid(), "those of the keys asked about that do")
