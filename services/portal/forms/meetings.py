"""Forms of meetings: on which day about which year, and what was decided."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from services.portal import words_of_meetings
from services.portal.forms.fields import DayField, Form, NumberField, at_most, needed, number_or_none, options

LONGEST_NAME = 190
LONGEST_DECISION = 200
LONGEST_ABOUT = 4000


class MeetingForm(Form):
    """A meeting; everything is filled in already."""

    version = HiddenField()
    held_on = DayField(_l("会议日期"), [needed()])
    year = NumberField(_l("看哪一年的清单"), [needed()])
    title = StringField(_l("会议名称"), [at_most(LONGEST_NAME)])

    @property
    def content(self) -> dict[str, Any]:
        """The fields as calls carry them."""
        return {"held_on": self.held_on.iso, "year": self.year.data, "title": self.title.data or ""}


class DecisionForm(Form):
    """What was decided, by whom it is done and until when."""

    version = HiddenField()
    part = SelectField(_l("议程"), choices=options(words_of_meetings.PARTS.items()))
    text = TextAreaField(_l("议定事项"), [needed(), at_most(LONGEST_DECISION)])
    unit_id = SelectField(_l("责任单位"), validate_choice=False)
    due_on = DayField(_l("完成时限"), [needed()])
    about = TextAreaField(_l("针对"), [at_most(LONGEST_ABOUT)])

    @property
    def content(self) -> dict[str, Any]:
        """The fields as calls carry them."""
        return {
            "version": number_or_none(self.version.data),
            "part": self.part.data,
            "text": self.text.data or "",
            "unit_id": number_or_none(self.unit_id.data),
            "due_on": self.due_on.iso,
            "about": self.about.data or "",
        }
