"""Forms of good practice: what a unit offers, and what the lead bureau publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField

from services.portal import filters
from services.portal.forms.fields import Form, TicksField, at_most, needed, number_or_none, options

LONGEST_TITLE, LONGEST_TEXT = 100, 4000


class PracticeForm(Form):
    """The words for everybody, on the version that was read."""

    version = HiddenField()
    title = StringField(_l("标题"), [needed(), at_most(LONGEST_TITLE)])
    text = TextAreaField(_l("做法和成效"), [needed(), at_most(LONGEST_TEXT)])


class OfferForm(PracticeForm):
    """What a unit offers, with files of its duty or one from its own machine."""

    evidence_ids = TicksField(_l("随经验公开的证明材料"))
    file = FileField(_l("或者另选一个文件"))

    def offer(self, files: Iterable[Mapping[str, Any]]) -> None:
        """Let these files of the duty be chosen."""
        named = ((str(file["evidence_id"]), f"{file['name']} · {filters.size(file['bytes'])}") for file in files)
        self.evidence_ids.choices = options(named)
        if not self.evidence_ids.choices:
            self.file.label.text = gettext("附一个文件")

    @property
    def chosen(self) -> list[int]:
        """The files of the duty that are ticked."""
        ids = (number_or_none(one) for one in self.evidence_ids.data or [])
        return [one for one in ids if one is not None]
