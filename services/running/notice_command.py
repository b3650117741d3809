"""The `import-notice` command: show the draft that a notice gives, or store it as the lead bureau's own import does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from services.running.access import database_of
from services.running.example import DATA
from services.running.example_directory import load_example_directory
from services.tasks.directory.accounts import names_kept_of
from services.tasks.directory.queries import person_signing_in_as
from services.tasks.drafting.from_notice import known_directory
from services.tasks.notices.directory import Directory
from services.tasks.notices.draft import Draft, draft_as_dict
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice
from services.tasks.service import TasksService
from shared import clock
from shared.calling.chunks import as_text, chunks_of
from shared.errors import NotFound, from_dict
from shared.process.settings import Settings
from shared.text import Text


def print_draft(settings: Settings, file: Path, year: int | None, output: str) -> None:
    """Print what the notice gives, matched to this installation's directory, else to the example's."""
    directory = _directory(settings)
    draft = read_notice(read_file(file.name, file.read_bytes()), directory, year=year, today=clock.today())
    if output == "json":
        click.echo(json.dumps(draft_as_dict(draft), ensure_ascii=False, indent=1))
    else:
        _print_text(draft, {unit.code: unit.name for unit in directory.units})


def store_draft(
    settings: Settings, file: Path, *, year: int | None, title: str | None, sign_in_name: str, output: str
) -> None:
    """Import the notice as the person `sign_in_name`, with that person's permissions."""
    with database_of(settings, "tasks") as database:
        service = TasksService(database)
        with database.transaction() as cur:
            person = person_signing_in_as(cur, names_kept_of(sign_in_name))
        if person is None:
            raise NotFound(
                Text(
                    f"没有登录名“{sign_in_name}”，请用 --as 指定牵头单位人员的登录名。",
                    f"Nobody signs in as “{sign_in_name}”. Name a person of the lead bureau with --as.",
                )
            )
        file_id = _upload(service, person.id, file)
        params = {"file_id": file_id, "year": year or clock.today().year} | ({"title": title} if title else {})
        answer = _do(service, person.id, "import_notice", params)
    click.echo(json.dumps(answer, ensure_ascii=False) if output == "json" else _summary(answer))


def _directory(settings: Settings) -> Directory:
    if not settings.database_urls.get("tasks") and not (settings.home / "postgres").exists():
        return load_example_directory(DATA)
    with database_of(settings, "tasks") as database, database.transaction() as cur:
        return known_directory(cur)


def _upload(service: TasksService, person_id: int, file: Path) -> str:
    file_id = str(uuid4())
    with file.open("rb") as content:
        for number, chunk in enumerate(chunks_of(content)):
            params = {"file_id": file_id, "name": file.name, "number": number, "content": as_text(chunk)}
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
            names = "、".join((*(unit_names[code] for code in measure.units), *measure.groups))
            click.echo(f"  {measure.number} {measure.title}\n     {names}")
            for task in measure.tasks:
                click.echo(f"     - {task}")
    click.echo(f"\n目标 / targets: {len(draft.targets)}")
    for target in draft.targets:
        click.echo(f"  {target.text}")
    click.echo(f"\n待定 / to decide: {len(draft.questions)}")
    for question in draft.questions:
        click.echo(f"  {question.where}: {question.text.zh}")
