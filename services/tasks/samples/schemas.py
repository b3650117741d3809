"""What the operations of samples take and answer."""

from __future__ import annotations

from services.tasks.directory.schemas import UnitName
from services.tasks.vocabulary import CHECKLIST
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.light import State
from shared.text import Text

# About 60 KB of an answer.
MOST_ON_A_PAGE = 200


class SampleOf(Params):
    """Of which checklist."""

    checklist_id = f.key(CHECKLIST)


class SamplePage(SampleOf):
    """What is looked at, or all that was in the draw; which page, from 1, and how long one is."""

    only_drawn = f.flag(Text("只列抽中的", "only what was drawn"), load_default=True)
    size = f.whole(Text("条数", "lines a page"), 1, MOST_ON_A_PAGE, load_default=50)
    page = f.page()


class Confirmation(Shape):
    """What the reviews of a sample found; percentages with one decimal are null as long as nothing is decided."""

    drawn = s.whole("how many duties are looked at")
    decided = s.whole("of these, how many were accepted or returned")
    confirmed = s.whole("of these, how many were accepted and never returned")
    rate = s.decimal("confirmed of decided, in percent", allow_none=True)
    low = s.decimal("where its Wilson interval at 95 % begins", allow_none=True)
    high = s.decimal("where it ends", allow_none=True)


class MeasureConfirmation(Confirmation):
    """The same of one row of level 2."""

    measure_id = s.key()
    measure = s.text("title")


class Sample(Shape):
    """By what a checklist's sample is drawn, and what its reviews found."""

    checklist_id = s.key()
    title = s.text()
    percent = s.whole("how many of a hundred are looked at, at least one per unit")
    seed = s.text("null where the release before issued it, and before it is issued", allow_none=True)
    commitment = s.text("the SHA-256 of the seed, which everybody may see at once", allow_none=True)
    total = s.part(Confirmation)
    measures = s.several(MeasureConfirmation, "those with anything drawn, in the order of the checklist")


class SampledDuty(Shape):
    """One duty that was in the draw."""

    duty_id = s.key()
    unit = s.part(UnitName)
    item_id = s.key()
    item = s.text("title")
    measure = s.text("title")
    period = s.text("2026, 2026-Q1 or 2026-01")
    revision = s.whole("with which it came into the draw")
    is_drawn = s.flag()
    state = s.one_of(State)


class SampledDuties(Paged):
    """Duties in the draw, by unit."""

    duties = s.several(SampledDuty, "by the code of the unit, item and period")
    total = s.whole("on all pages")
