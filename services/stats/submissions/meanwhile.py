"""What has changed since a form was handed in, so that accepting it would record something else than the unit said.

A definition may have become another one, which whoever reviews judges: the figures may be right all the same. A month
before may have been corrected, and a cumulative that was typed then means another value: only the unit knows which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from services.stats.figures.queries import Cell, Known, Origin
from services.stats.indicators import queries as indicator_queries
from services.stats.indicators.records import Indicator
from services.stats.submissions import definitions
from services.stats.submissions.cells import meaning_of
from services.stats.submissions.forms import Form
from shared import clock
from shared.database import Cursor
from shared.text import Text


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The indicators that came in, those defined anew, and those whose cumulatives come to other values now."""

    added: tuple[Indicator, ...] = ()
    redefined: tuple[Indicator, ...] = ()
    recomputed: tuple[Indicator, ...] = ()

    @property
    def sentences(self) -> list[Text]:
        """What to tell whoever reviews the form."""
        found = []
        if self.redefined:
            zh, en = _names(self.redefined)
            found.append(
                Text(
                    f"{zh}的口径在提交之后改过。请打开这份报送，对照现在的口径：数据仍然符合的可以通过，不符合的请退回单位。",
                    f"{en}: redefined after this was submitted. Please open it and compare with the definition as it"
                    " is now: accept it if the figures still fit, and return it to the unit if they do not.",
                )
            )
        if self.added:
            zh, en = _names(self.added)
            found.append(
                Text(
                    f"{zh}是提交之后才要求填报的，这份报送里没有。不能通过，请退回单位补填。",
                    f"{en}: asked only since this was submitted, which does not have it. It cannot be accepted: please"
                    " return it to the unit.",
                )
            )
        if self.recomputed:
            zh, en = _names(self.recomputed)
            found.append(
                Text(
                    f"{zh}是按累计填的，提交之后前几期的数有更正，本期数已经不同。不能通过，请退回单位核对。",
                    f"{en}: typed as a cumulative, and a period before was corrected after this was submitted, so that"
                    " the figure is another one now. It cannot be accepted: please return it to the unit.",
                )
            )
        return found


def since_submitted(cur: Cursor, forms: Sequence[Form], *, known: Collection[int] = ()) -> dict[int, Meanwhile]:
    """What has changed, by submission; the forms hold at least what their typed cumulatives are less.

    Whoever asks has read the definitions of now of those in `known`. They are looked at in the order of their periods,
    as they are accepted together: each as if those of the same unit before it that can be were accepted already.
    """
    redefined = _redefined(cur, forms)
    found: dict[int, Meanwhile] = {}
    accepted: dict[Cell, Known] = {}
    for form in sorted(forms, key=attrgetter("submission.period")):
        one = form.submission
        since = Meanwhile(
            added=tuple(_added(form)),
            redefined=() if one.id in known else redefined[one.id],
            recomputed=tuple(_recomputed(replace(form, facts={**form.facts, **accepted}))),
        )
        found[one.id] = since
        if not since.sentences:
            accepted |= _as_accepted(form)
    return found


def _redefined(cur: Cursor, forms: Sequence[Form]) -> dict[int, tuple[Indicator, ...]]:
    moved = {form.submission.id: list(_with_other_versions(form)) for form in forms}
    wanted = sorted({(one.id, version) for several in moved.values() for one, version in several})
    kept = indicator_queries.contents(cur, wanted) if wanted else []
    before = {(one.indicator_id, one.version): one.content for one in kept}
    return {
        submission_id: tuple(
            one for one, version in several if definitions.is_redefined(before.get((one.id, version)), one)
        )
        for submission_id, several in moved.items()
    }


def _with_other_versions(form: Form) -> Iterable[tuple[Indicator, int]]:
    """The indicators that have other versions now, each with the one that it was submitted with."""
    submitted = definitions.read(form.submission.definition)
    return ((one, submitted[one.id]) for one in form.asked if submitted.get(one.id, one.version) != one.version)


def _added(form: Form) -> Iterable[Indicator]:
    """What the form does not have because it was not asked when it was submitted; who submitted keeps what he saw."""
    submitted = definitions.read(form.submission.definition)
    return (one for one in form.asked if submitted and one.id not in submitted)


def _recomputed(form: Form) -> Iterable[Indicator]:
    for one in form.asked:
        cell = form.cells.get(one.id)
        if cell and cell.typed_total and meaning_of(cell.fields, one, form.so_far(one)).value != cell.value:
            yield one


def _as_accepted(form: Form) -> Mapping[Cell, Known]:
    return {
        Cell(cell.indicator_id, form.submission.unit_id, form.submission.period): Known(
            cell.indicator_id,
            form.submission.unit_id,
            form.submission.period,
            cell.value,
            cell.no_figure,
            fact_id=0,
            known_since=clock.now(),
            origin=Origin.REPORT,
        )
        for cell in form.cells.values()
        if cell.is_filled
    }


def _names(indicators: Sequence[Indicator]) -> tuple[str, str]:
    return "、".join(f"“{one.name}”" for one in indicators), ", ".join(f"“{one.name}”" for one in indicators)
