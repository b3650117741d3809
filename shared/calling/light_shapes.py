"""Shapes of lights, which every service uses that shows duties."""

from __future__ import annotations

from shared.calling import shapes as s
from shared.calling.shapes import Shape
from shared.light import Light


class LightShown(Shape):
    """What a due date comes to on the day of the answer."""

    due_on = s.day("moved off days off")
    light = s.one_of(Light)
    light_word = s.sentence("the light's word")
    reason = s.sentence("why it shows this light")
    brief = s.sentence("the same for where the due date stands beside it")


class LightCounts(Shape):
    """How many duties show each light; withdrawn duties count nowhere."""

    done = s.whole()
    done_late = s.whole()
    awaiting_review = s.whole()
    blocked = s.whole()
    overdue = s.whole()
    due_soon = s.whole()
    on_track = s.whole()
    not_applicable = s.whole()
