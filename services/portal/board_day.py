"""The day as of which a board is asked for: it stays in the address, and links between boards keep it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request
from flask_babel import gettext as _

from services.portal import language
from services.portal.dates import day_or_none
from shared import clock
from shared.errors import Invalid
from shared.text import Text

BOARDS = "boards."
IN_ADDRESS = "as_of"


@dataclass(frozen=True, slots=True)
class BoardDay:
    """What was typed as the day; `day` is None for now and for what is none, as `problem` says."""

    typed: str
    day: dt.date | None
    problem: str = ""

    @classmethod
    def of_request(cls) -> BoardDay:
        """What the address asks for; today means now."""
        typed = request.args.get(IN_ADDRESS, "").strip()[:40]
        day = day_or_none(typed)
        if typed and day is None:
            return cls(typed, None, str(_("没有这一天。请写成 2026-11-30 这样的日期。")))
        return cls(typed, None if day == clock.today() else day)

    @property
    def iso(self) -> str | None:
        return self.day.isoformat() if self.day else None

    @property
    def end(self) -> str | None:
        """The last moment of the day, as figures are asked for; None for now."""
        if self.day is None:
            return None
        return (clock.start_of(self.day + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)).isoformat()


def install(app: Flask) -> None:
    """Let links between boards keep the day of the page on which they stand; one that names a day keeps its own."""

    @app.url_defaults
    def keep(endpoint: str, values: dict[str, Any]) -> None:
        day: BoardDay | None = g.get("board_day")
        if day is not None and day.iso is not None and endpoint.startswith(BOARDS) and IN_ADDRESS not in values:
            values[IN_ADDRESS] = day.iso


def known_on(found: Callable[[BoardDay], dict[str, Any]]) -> tuple[dict[str, Any], BoardDay]:
    """What is found as of the day of the address; of one that cannot be known, what is found now, and why.

    From here on the links of this page keep that day.
    """
    asked = BoardDay.of_request()
    try:
        answer = found(asked)
    except Invalid as error:
        said = (error.details.get("fields") or {}).get(IN_ADDRESS)
        if said is None:
            raise
        asked = BoardDay(asked.typed, None, language.say(Text.from_dict(said)))
        answer = found(asked)
    g.board_day = asked
    return answer, asked
