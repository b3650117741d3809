"""What notices say of targets: it waits until the lead bureau makes a target of it by choosing its indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.indicators.records import Indicator
from services.stats.targets import queries, store
from services.stats.targets.progress import Comparator
from services.stats.targets.records import Statement
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import NotFound
from shared.events import Received
from shared.figure_events import PlanStated
from shared.text import Text

NO_STATEMENT = Text(
    "通知里的这个目标已经处理过，请返回列表刷新。",
    "This target of a notice has been dealt with. Please go back to the list and reload it.",
)
_COMPARATORS = {
    ">=": Comparator.AT_LEAST,
    ">": Comparator.AT_LEAST,
    "<=": Comparator.AT_MOST,
    "<": Comparator.AT_MOST,
    "~": Comparator.AROUND,
    "=": Comparator.AT_LEAST,
    "rising": Comparator.RISING,
    "falling": Comparator.AT_MOST,
}


def take(cur: Cursor, events: Sequence[Received]) -> None:
    """Keep what events tell of targets; one that comes again, or late, changes nothing that was dealt with."""
    found = [
        Statement(
            statement_id=target.statement_id,
            plan=event.data.title,
            from_year=event.data.from_year,
            name=target.name,
            quote=target.quote,
            comparator=target.comparator,
            value=target.value,
            unit_of_measure=target.unit_of_measure,
            to_year=target.to_year,
            is_part=target.is_part,
            told_at=event.time,
        )
        for event in events
        if isinstance(event.data, PlanStated)
        for target in event.data.targets
    ]
    newest = {one.statement_id: one for one in sorted(found, key=lambda one: one.told_at)}
    if newest:
        store.save_statements(cur, [newest[key] for key in sorted(newest)])


def waiting(cur: Cursor, indicators: Iterable[Indicator]) -> list[dict[str, Any]]:
    """The statements of which nobody has made a target yet, each with the indicator that its name means, as a wish."""
    known = list(indicators)
    return [_shown(one, known) for one in queries.statements(cur)]


def put_aside(cur: Cursor, context: Context, statement_id: int) -> dict[str, Any]:
    """Make no target of a statement. NotFound for one that was dealt with."""
    found = next((one for one in queries.statements(cur) if one.statement_id == statement_id), None)
    if found is None or not store.put_aside(cur, statement_id):
        raise NotFound(NO_STATEMENT)
    audit.record(cur, context, Act(action="statement.put_aside", subject=found.name, after={"words": found.quote}))
    return {"statement_id": statement_id}


def settle(cur: Cursor, statement_id: int, target_id: int) -> None:
    """Say which target was made of a statement. NotFound for one that was dealt with."""
    if not store.settle_statement(cur, statement_id, target_id):
        raise NotFound(NO_STATEMENT)


def wished(comparator: str, value: Decimal | None) -> tuple[Comparator, Decimal | None]:
    """What a target must be by the sign in the notice; none left is a comparator of its own, without a value."""
    if value is not None and not value and comparator in ("=", "<=", "~"):
        return Comparator.ZERO, None
    return _COMPARATORS.get(comparator, Comparator.AT_LEAST), value


def meant(name: str, indicators: Sequence[Indicator]) -> int | None:
    """The indicator that a notice's words mean: of that name, else the one whose name and the words hold each other."""
    same = [one for one in indicators if one.name == name]
    near = same or [one for one in indicators if name and (one.name in name or name in one.name)]
    return near[0].id if len(near) == 1 else None


def _shown(one: Statement, indicators: Sequence[Indicator]) -> dict[str, Any]:
    comparator, value = wished(one.comparator, one.value)
    return {
        "statement_id": one.statement_id,
        "plan": one.plan,
        "name": one.name,
        "words": one.quote,
        "comparator": comparator.value,
        "value": None if value is None else f"{value.normalize():f}",
        "unit_of_measure": one.unit_of_measure,
        "first_month": f"{one.from_year}-01",
        "last_month": f"{one.to_year}-12",
        "is_part": one.is_part,
        "indicator_id": meant(one.name, indicators),
    }
