"""Lists on their way to the browser as files; those that the service of tasks makes come down by `uploads`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from flask import Response, send_file, stream_with_context
from flask_babel import gettext as _

from services.portal import filters
from services.portal.clients import ask, tell
from services.portal.list_files import Column, Part
from shared import clock
from shared.limits import CALLER

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_NOT_IN_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def all_pages(
    operation: str, name: str, *, service: str = "tasks", within: float = CALLER.ask, **sought: Any
) -> Iterator[dict[str, Any]]:
    """What a list has on all of its pages, by the `name` under which a page holds it."""
    page, pages = 1, 1
    while page <= pages:
        found = ask(service, operation, within=within, page=page, **sought)
        yield from found[name]
        page, pages = page + 1, found["pages"]


def send_form(title: str, headings: Sequence[str], examples: Sequence[Sequence[str]]) -> Response:
    """A workbook to be filled in and sent back; it holds nothing of anybody, so nobody needs to know who took it."""
    from services.portal.list_writing import write_form

    return _workbook(title, write_form(title, headings, examples))


def send_text_form(title: str, headings: Sequence[str], examples: Sequence[Sequence[str]]) -> Response:
    """The same as a CSV file, with the mark by which Excel knows its encoding."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *examples])
    content = io.BytesIO(text.getvalue().encode("utf-8-sig"))
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name=f"{title}.csv")


def send_list(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    as_of: str | None = None,
    asked: str = "",
    beside: str = "",
) -> Response:
    """The list as a workbook to download, named after it and the day, once the audit log says that it was taken.

    It answers a POST: browsers and scanners fetch addresses by themselves, and nobody took those files away. `as_of` is
    the ISO moment of which the figures are; without it they are of now. `asked` says in words what the list was
    filtered by, and stands beside the moment; what stands `beside` both is in the file alone.
    """
    from services.portal.list_writing import write_list

    moment = filters.moment(as_of or clock.now().isoformat())
    sentence = " · ".join(filter(None, [_("截至 %(moment)s", moment=moment), asked, beside]))
    rows = list(rows)
    content = write_list(title, columns, rows, as_of=sentence)
    put_on_record(title, asked=asked, rows=len(rows))
    return _workbook(f"{title} {clock.today():%Y-%m-%d}", content)


def send_book(title: str, content: bytes, *, rows: int) -> Response:
    """A workbook that was made already, to be filled in and sent back; put on record like a list that is taken away."""
    put_on_record(title, asked="", rows=rows)
    return _workbook(title, content)


def send_lists(title: str, parts: Sequence[Part]) -> Response:
    """Several lists as one workbook, once the audit log says that they were taken."""
    from services.portal.list_writing import write_lists

    content = write_lists(parts)
    put_on_record(title, asked="", rows=sum(len(part.rows) for part in parts))
    return _workbook(title, content)


def put_on_record(title: str, *, asked: str, rows: int) -> None:
    """Let the audit log say that a list is taken away.

    Each time anew: the page with the button may have stayed open for hours.
    """
    tell("tasks", "record_export", command=uuid4(), title=title[:200], asked=asked[:500], rows=rows)


def send_document(name: str, content: bytes) -> Response:
    """A Word document that a service made, once the audit log says that it was taken."""
    title = name.removesuffix(".docx")
    put_on_record(title, asked="", rows=1)
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=_file_name(title, "docx"))


def send_lines(title: str, lines: Iterator[str]) -> Response:
    """Lines of JSON to download, sent while they are made; put on record by who makes them."""
    return _streamed(title, stream_with_context(lines), "jsonl", "application/x-ndjson")


def send_pieces(title: str, pieces: Iterator[bytes]) -> Response:
    """A workbook of the day to download, sent while it is made; put on record by who makes it."""
    return _streamed(f"{title} {clock.today():%Y-%m-%d}", pieces, "xlsx", XLSX)


def _streamed(title: str, pieces: Iterator[Any], ending: str, mimetype: str) -> Response:
    answer = Response(pieces, mimetype=mimetype)
    # As send_file does it (RFC 6266): a header takes Latin-1 alone, and most names are Chinese.
    name = quote(_file_name(title, ending), safe="!#$&+-.^_`|~")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _workbook(title: str, content: bytes) -> Response:
    name = _file_name(title, "xlsx")
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _file_name(title: str, ending: str) -> str:
    return f"{_NOT_IN_FILE_NAME.sub(' ', title).strip()[:90]}.{ending}"
