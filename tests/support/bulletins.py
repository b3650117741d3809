"""Facts of a small county's June, as a bulletin has them."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from services.stats.bulletin import store
from services.stats.bulletin.annexes import annexes
from services.stats.bulletin.composing import compose
from services.stats.bulletin.facts import (
    Coming,
    Counted,
    Facts,
    LateRound,
    NamedUnit,
    Overdue,
    RowCounted,
    RowFact,
    TargetFact,
    as_json,
)
from services.stats.bulletin.layout import Issue
from services.stats.bulletin.rendering import Sheet, render, sha256_of
from services.stats.bulletin.spans import Kind, Span
from services.stats.targets.progress import Comparator, Standing
from shared.actor import Signature
from shared.database import Database

JUNE = Span(Kind.MONTH, dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def kept(database: Database, checklist_id: int, *, signed: bool) -> int:
    """A bulletin of June as it lies in the database, whatever that knows of June."""
    facts = some_facts(checklist_id=checklist_id)
    composed = compose(facts, JUNE, issuer="县人社局")
    with database.transaction() as cur:
        who = Signature(None, None, "股长", "县人社局")
        made = store.new_draft(cur, checklist_id, JUNE, composed, facts=as_json(facts), corrects_id=None, who=who)
        if signed:
            content = render(Sheet(composed, Issue(1, 2026, JUNE.as_of), tuple(annexes(facts))))
            sha256 = sha256_of(content)
            store.sign(cur, made, number=1, issued_on=JUNE.as_of, reason="", document=content, sha256=sha256, who=who)
    return made


def counts(**numbers: int) -> Counted:
    return Counted(**{name: numbers.get(name, 0) for name in Counted.__dataclass_fields__})


def units(number: int) -> tuple[NamedUnit, ...]:
    return tuple(NamedUnit(place, f"乡镇{place:02}") for place in range(1, number + 1))


def some_overdue(sizes: Sequence[int]) -> tuple[Overdue, ...]:
    """As many duties of each item, in the order of the checklist and of the directory."""
    return tuple(
        Overdue(
            item, f"1.1.1.{item}", f"建成第{item}个创业园", unit.unit_id, unit.name, "2026", dt.date(2026, 6, 9), 21
        )
        for item, size in enumerate(sizes, 1)
        for unit in units(size)
    )


def a_target(number: int, standing: Standing) -> TargetFact:
    return TargetFact(
        target_id=number,
        name="城镇新增就业",
        unit="",
        is_part=False,
        comparator=Comparator.AT_LEAST,
        value="8000",
        measure="人",
        reached="2700",
        at="2026-05",
        share=Decimal("0.3375"),
        time=Decimal("0.4722"),
        standing=standing,
        last_month="2027-12",
        is_invented=False,
    )


def some_facts(**changed: Any) -> Facts:
    overdue = changed.pop("overdue", some_overdue([4, 3]))
    whole = counts(
        total=280,
        done=100,
        done_late=20,
        awaiting_review=3,
        overdue=7,
        on_track=140,
        due_soon=10,
        due=130,
        due_done=110,
    )
    given: dict[str, Any] = {
        "checklist_id": 1,
        "checklist": "2026年就业清单",
        "year": 2026,
        "first_on": JUNE.first_on,
        "as_of": JUNE.as_of,
        "is_over": True,
        "known_at": dt.datetime(2026, 7, 8, 1, 2, 3, 4, tzinfo=dt.UTC),
        "next_until": JUNE.next_until,
        "has_townships": True,
        "has_departments": True,
        "rows": (RowFact(11, None, 1, 1, "拓展就业岗位", "1"), RowFact(12, 11, 2, 1, "促进返乡创业", "1.1")),
        "counts": whole,
        "period_due": 30,
        "period_done": 25,
        "by_row": (RowCounted("1", "拓展就业岗位", 1, whole), RowCounted("1.1", "促进返乡创业", 2, whole)),
        "overdue": overdue,
        "overdue_total": len(overdue),
        "coming": (Coming(14, "1.1.1.1", "每月走访企业", dt.date(2026, 7, 10), 28),),
        "rounds_due": 2,
        "late_rounds": (LateRound(1, "就业月报", "2026-05", dt.date(2026, 6, 5), 28, units(2)),),
        "targets": (),
        "practices": (),
    }
    return Facts(**given | changed)
