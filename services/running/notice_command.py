"""The `import-notice` command: show the draft that a notice gives, or store it as the lead bureau's own import does."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import click

from services.running.access import database_of
from services.running.example import DATA
from services.running.example_directory import load_example_directory
from services.running.notice_summary import Failure, Summary, counts_of, due_of, table_of, units_of
from services.tasks.directory.accounts import names_kept_of
from services.tasks.directory.queries import person_signing_in_as
from services.tasks.drafting.from_notice import known_directory
from services.tasks.notices.directory import Directory
from services.tasks.notices.draft import Draft, draft_as_dict
from services.tasks.notices.errors import NoticeHasNoStructureError, NoticeUnreadableError
from services.tasks.notices.files import is_old_document, read_file
from services.tasks.notices.reading import read_notice
from services.tasks.service import TasksService
from shared import clock
from shared.apart import office
from shared.calling.chunks import as_text, chunks_of
from shared.errors import NotFound, QingdanError, from_dict
from shared.process.settings import Settings
from shared.text import Text

# The codes that the command ends with; 1 is any other refusal, and 2 a mistake in the call itself.
UNREADABLE, NO_STRUCTURE, SOME_FAILED = 3, 4, 5
FROM_STDIN = "-"


@dataclass(frozen=True, slots=True)
class Request:
    """What the command was called with; None for `sign_in_name` stores nothing."""

    year: int | None
    title: str | None
    sign_in_name: str | None
    output: str


class Notice(NamedTuple):
    """A file by its name, with what is in it."""

    name: str
    content: bytes


def run(settings: Settings, path: Path, name: str | None, request: Request) -> int:
    """Read a notice, that of the standard input for `-`, or all of a folder; return the code to end with."""
    with _reading(settings, request) as read:
        if path.is_dir():
            return _run_folder(path, read, request)
        content = sys.stdin.buffer.read() if str(path) == FROM_STDIN else path.read_bytes()
        return _run_one(Notice(name or path.name, content), read, request)


def _run_one(notice: Notice, read: _Reading, request: Request) -> int:
    outcome = read(notice)
    draft, summary, answer = outcome.draft, outcome.summary, outcome.answer
    if summary.failure:
        if request.output == "json":
            click.echo(json.dumps({"error": summary.failure.as_dict()}, ensure_ascii=False))
        click.echo(f"{summary.failure.text.zh}\n{summary.failure.text.en}", err=True)
        return summary.failure.exit_code
    if answer is not None:
        click.echo(json.dumps(answer, ensure_ascii=False) if request.output == "json" else _summary(answer))
    elif draft is not None and request.output == "json":
        click.echo(json.dumps(draft_as_dict(draft), ensure_ascii=False, indent=1))
    elif draft is not None:
        _print_text(draft, read.unit_names)
    return 0


def _run_folder(folder: Path, read: _Reading, request: Request) -> int:
    """Read every file of the folder, in the order of their names; one that fails keeps none of the others back."""
    found: list[Summary] = []
    for path in sorted(folder.iterdir()):
        # What Word has open lies beside as ~$.
        if path.is_file() and not path.name.startswith((".", "~$")):
            summary = _read_of_folder(path, read)
            found.append(summary)
            if request.output == "json":
                click.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    if request.output != "json":
        click.echo(table_of(found))
    return SOME_FAILED if any(summary.failure for summary in found) else 0


def _read_of_folder(path: Path, read: _Reading) -> Summary:
    try:
        return read(Notice(path.name, path.read_bytes())).summary
    except OSError as error:
        text = Text(
            f"这个文件打不开（{error.strerror}），请检查权限后再试。",
            f"This file cannot be opened ({error.strerror}). Check who may read it, and try again.",
        )
        return Summary(path.name, failure=Failure("unreadable", UNREADABLE, text))


def readable(content: bytes) -> bytes:
    """The notice as it is read: an old Word or WPS document made a new one, where LibreOffice is installed."""
    return (office.as_docx(content) if is_old_document(content) else None) or content


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one notice; `answer` is that of storing it."""

    draft: Draft | None
    summary: Summary
    answer: dict[str, Any] | None = None


class _Reading:
    """Reads notices against one directory, and stores them where somebody does so."""

    def __init__(
        self, directory: Directory, request: Request, store: Callable[[Notice], dict[str, Any]] | None
    ) -> None:
        self.unit_names = {unit.code: unit.name for unit in directory.units}
        self._directory, self._request, self._store = directory, request, store

    def __call__(self, notice: Notice) -> Outcome:
        try:
            source = read_file(notice.name, readable(notice.content))
            draft = read_notice(source, self._directory, year=self._request.year, today=clock.today())
            answer = self._store(notice) if self._store else None
        except NoticeUnreadableError as error:
            return Outcome(None, Summary(notice.name, failure=Failure("unreadable", UNREADABLE, error.text)))
        except NoticeHasNoStructureError as error:
            return Outcome(None, Summary(notice.name, failure=Failure("no_structure", NO_STRUCTURE, error.text)))
        except QingdanError as error:
            return Outcome(None, Summary(notice.name, failure=Failure(error.code, 1, error.text)))
        checklist_id = answer["checklist_id"] if answer else None
        return Outcome(draft, Summary(notice.name, counts_of(draft), checklist_id), answer)


@contextmanager
def _reading(settings: Settings, request: Request) -> Iterator[_Reading]:
    if request.sign_in_name is None:
        yield _Reading(_directory(settings), request, None)
        return
    with database_of(settings, "tasks") as database:
        service = TasksService(database)
        with database.transaction() as cur:
            person = person_signing_in_as(cur, names_kept_of(request.sign_in_name))
            directory = known_directory(cur)
        if person is None:
            raise NotFound(
                Text(
                    f"没有登录名“{request.sign_in_name}”，请用 --as 指定牵头单位人员的登录名。",
                    f"Nobody signs in as “{request.sign_in_name}”. Name a person of the lead bureau with --as.",
                )
            )
        yield _Reading(directory, request, partial(_stored, service, person.id, request))


def _stored(service: TasksService, person_id: int, request: Request, notice: Notice) -> dict[str, Any]:
    """Import the notice as that person, with that person's permissions."""
    file_id = _upload(service, person_id, notice)
    title = {"title": request.title} if request.title else {}
    year = {"year": request.year} if request.year is not None else {}
    params = {"file_id": file_id} | year | title
    return _do(service, person_id, "import_notice", params)


def _directory(settings: Settings) -> Directory:
    if not settings.database_urls.get("tasks") and not (settings.home / "postgres").exists():
        return load_example_directory(DATA)
    with database_of(settings, "tasks") as database, database.transaction() as cur:
        return known_directory(cur)


def _upload(service: TasksService, person_id: int, notice: Notice) -> str:
    file_id = str(uuid4())
    for number, chunk in enumerate(chunks_of(BytesIO(notice.content))):
        params = {"file_id": file_id, "name": notice.name, "number": number, "content": as_text(chunk)}
        _do(service, person_id, "put_file", params)
    return file_id


def _do(service: TasksService, person_id: int, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    envelope = {"person_id": person_id, "params": params, "command_id": str(uuid4()), "correlation_id": "command line"}
    reply = service.perform(operation, envelope)
    if "error" in reply:
        raise from_dict(reply["error"])
    answer: dict[str, Any] = reply["answer"]
    return answer


def _summary(answer: dict[str, Any]) -> str:
    return (
        f"已存为草稿 {answer['checklist_id']}："
        f"{answer['areas']} 个领域，{answer['measures']} 项举措，{answer['tasks']} 项任务，"
        f"{answer['targets']} 个目标，{answer['questions']} 个待定问题。\n"
        f"Stored as draft {answer['checklist_id']}: {answer['areas']} areas, {answer['measures']} measures, "
        f"{answer['tasks']} tasks, {answer['targets']} targets, {answer['questions']} open questions."
    )


def _print_text(draft: Draft, unit_names: dict[str, str]) -> None:
    click.echo(draft.title)
    for area in draft.areas:
        click.echo(f"\n{area.number} {area.title}")
        for measure in area.measures:
            click.echo(f"  {measure.number} {measure.title}")
            click.echo(f"     {units_of(measure, unit_names)}")
            click.echo(f"     {due_of(measure.due)}")
            for task in measure.tasks:
                click.echo(f"     - {task}")
    click.echo(f"\n目标 / targets: {len(draft.targets)}")
    for target in draft.targets:
        click.echo(f"  {target.text}")
    click.echo(f"\n待定 / to decide: {len(draft.questions)}")
    for question in draft.questions:
        click.echo(f"  {question.where}: {question.text.zh}")
