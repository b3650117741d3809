"""The table of a duty's transitions in docs/states.md, made from the code: `make docs` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from services.tasks.duties.duty import TRANSITIONS, Side, Transition
from shared.events import SCHEMAS
from shared.light import State

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
HEADING = "| operation | by | from | to | also needed | announced as |"
TYPES = {schema.event_class: name for name, schema in SCHEMAS.items()}
BY = {
    Side.UNIT: "unit",
    Side.OWNER: "owner",
    Side.LEAD: "lead bureau",
    Side.REVIEWER: "lead bureau, or the unit named to review",
    Side.HELPER: "who is asked to help",
}


def page(text: str) -> str:
    """The page with the table as the code has it now; ValueError when it has no such table."""
    lines = text.splitlines()
    start = lines.index(HEADING)
    end = next(place for place in range(start, len(lines)) if not lines[place].startswith("|"))
    return "\n".join([*lines[:start], *_table(), *lines[end:]]) + "\n"


def _table() -> Iterator[str]:
    yield HEADING
    yield "|---|---|---|---|---|---|"
    for one in TRANSITIONS.values():
        yield f"| {' | '.join(_cells(one))} |"


def _cells(one: Transition) -> list[str]:
    sources = ", ".join(state.value for state in State if state in one.sources)
    event = TYPES[one.event].rsplit(".", 1)[0] if one.event else "nothing"
    return [one.operation, BY[one.side], sources, one.to.value if one.to else "–", one.needs or "–", event]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
