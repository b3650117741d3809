"""What the commands share: an error ends in its sentence, and a cursor comes from wherever the installation is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from shared.database import Cursor
from shared.errors import QingdanError
from shared.process.settings import SERVICES, Settings
from shared.text import Text


@contextmanager
def explained() -> Iterator[None]:
    """End with the error's sentence instead of a trace."""
    try:
        yield
    except QingdanError as error:
        click.echo(f"{error.text.zh}\n{error.text.en}", err=True)
        for line in _details(error.details):
            click.echo(f"  {line}", err=True)
        sys.exit(1)


def _details(details: dict[str, Any]) -> list[str]:
    return [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in details.items()]


@contextmanager
def cursor_of(settings: Settings, name: str) -> Iterator[Cursor]:
    """A cursor in a transaction on the database of service `name`, for one command."""
    from services.running.access import database_of

    with database_of(settings, name) as database, database.transaction() as cur:
        yield cur


def within_reach(settings: Settings) -> list[str]:
    """The services whose URL is set; all of them in the data folder, where none is."""
    return [name for name in SERVICES if settings.database_urls.get(name)] or list(SERVICES)


def say_how_many(changed: int, asked: int, what: Text, *, otherwise: Text) -> None:
    """Print how many rows a command changed, and why not the others; it fails when it changed none."""
    click.echo(f"{changed} 项{what.zh} / {changed} {what.en}")
    if changed < asked:
        left = asked - changed
        click.echo(f"{left} 项未处理：{otherwise.zh}\n{left} not changed, {otherwise.en}", err=True)
    if not changed:
        sys.exit(1)
