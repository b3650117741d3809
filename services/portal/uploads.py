"""Files on their way to and from the tasks service, in chunks that fit into a message."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, send_file
from werkzeug.datastructures import FileStorage

from services.portal.clients import ask, form_command_id, part_of, tell
from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES, as_text, chunks_of, from_text
from shared.errors import Invalid, TryAgain
from shared.text import Text

NO_FILE = Text("请先选择文件。", "Please choose a file first.")
CHANGED_MEANWHILE = Text(
    "下载时文件正好被修改，请再下载一次。", "The file was changed while it came down. Please download it once more."
)
# What a paste is called where files have names.
PASTED_NAME = "粘贴的通知.txt"
EMPTY_FILE = Text("这个文件是空的，请检查后重新选择。", "This file is empty. Please check it and choose again.")


def send_up(upload: FileStorage | None) -> str:
    """Hand the uploaded file to the tasks service and return its id, the same one when the form is sent again."""
    if upload is None or not upload.filename:
        raise Invalid.of_fields({"file": NO_FILE})
    _refuse_large(upload)
    command = form_command_id()
    # Another file sent by the same form, from a page that the browser kept, is another file.
    content = hashlib.file_digest(upload.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    upload.stream.seek(0)
    file_id = part_of(command, f"file {content}")
    for number, chunk in enumerate(chunks_of(upload.stream)):
        if not chunk:
            raise Invalid.of_fields({"file": EMPTY_FILE})
        tell(
            "tasks",
            "put_file",
            command=part_of(file_id, f"chunk {number}"),
            file_id=str(file_id),
            name=upload.filename[-120:],
            number=number,
            content=as_text(chunk),
        )
    return str(file_id)


def send_up_text(name: str, text: str) -> str:
    """Hand a text that was pasted to the tasks service, as a file like any other that is marked as UTF-8."""
    return send_up(FileStorage(BytesIO(codecs.BOM_UTF8 + text.encode("utf-8", "replace")), filename=name))


def content_of(upload: FileStorage | None) -> bytes:
    """The uploaded file itself, where a page reads it; Invalid without one, or for one that is too large or empty."""
    if upload is None or not upload.filename:
        raise Invalid.of_fields({"file": NO_FILE})
    _refuse_large(upload)
    content = upload.stream.read()
    if not content:
        raise Invalid.of_fields({"file": EMPTY_FILE})
    return content


def _refuse_large(upload: FileStorage) -> None:
    """Look at the size before anything is sent on, or read."""
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if size > LARGEST_FILE:
        megabytes = size / 1_000_000
        raise Invalid.of_fields(
            {
                "file": Text(
                    f"这个文件有 {megabytes:.1f} MB，最多 {LARGEST_MEGABYTES} MB。请删去图片或分成几个文件再上传。",
                    f"This file has {megabytes:.1f} MB; at most {LARGEST_MEGABYTES} MB can be uploaded. "
                    "Please remove pictures or split it.",
                )
            }
        )


def content_in_parts(part_of_number: Callable[[int], dict[str, Any]]) -> tuple[str, bytes]:
    """The name and the content of a file that comes in parts; TryAgain where it changed between two of them."""
    first = part = part_of_number(0)
    content = BytesIO()
    content.write(from_text(first["content"]))
    number = 0
    while not part["is_last"]:
        number += 1
        part = part_of_number(number)
        if part["sha256"] != first["sha256"]:
            raise TryAgain(CHANGED_MEANWHILE)
        content.write(from_text(part["content"]))
    return str(first["name"]), content.getvalue()


def bring_down(file_id: UUID) -> Response:
    """The file as a download."""
    content = BytesIO()
    number = 0
    while True:
        part = ask("tasks", "get_file", file_id=str(file_id), number=number)
        content.write(from_text(part["content"]))
        if part["is_last"]:
            break
        number += 1
    content.seek(0)
    return send_file(content, as_attachment=True, download_name=part["name"])
