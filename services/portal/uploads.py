"""Files on their way to and from the tasks service, in chunks that fit into a message."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Response, send_file
from werkzeug.datastructures import FileStorage

from services.portal.clients import ask, form_command_id, part_of, tell
from shared.calling.chunks import as_text, chunks_of, from_text
from shared.errors import Invalid
from shared.text import Text

NO_FILE = Text("请先选择文件。", "Please choose a file first.")
EMPTY_FILE = Text("这个文件是空的，请检查后重新选择。", "This file is empty. Please check it and choose again.")


def send_up(upload: FileStorage | None) -> str:
    """Hand the uploaded file to the tasks service and return its id, the same one when the form is sent again."""
    if upload is None or not upload.filename:
        raise Invalid.of_fields({"file": NO_FILE})
    command = form_command_id()
    file_id = part_of(command, "file")
    for number, chunk in enumerate(chunks_of(upload.stream)):
        if not chunk:
            raise Invalid.of_fields({"file": EMPTY_FILE})
        tell(
            "tasks",
            "put_file",
            command=part_of(command, f"chunk {number}"),
            file_id=str(file_id),
            name=upload.filename[-120:],
            number=number,
            content=as_text(chunk),
        )
    return str(file_id)


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
