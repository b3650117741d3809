"""Forms of figures: adjustments, external figures, a file of history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation

from services.portal.forms.fields import NEEDED, FileForm, Form, at_most, needed, number_or_none, options

# With which the names of the fields begin into which published figures are typed.
TYPED = "typed"


class AdjustmentForm(Form):
    """How much, and why; of one that takes another back, which one instead of how much."""

    amount = StringField(_l("调整数"), [at_most(60)])
    takes_back = HiddenField()
    reason = TextAreaField(_l("调整原因"), [needed(), at_most(500)])

    def validate_amount(self, field: StringField) -> None:
        """How much is added is known where another adjustment is taken back."""
        if not self.takes_back.data and not (field.data or "").strip():
            raise StopValidation(str(NEEDED))

    @property
    def proposed(self) -> dict[str, Any]:
        """What is added, as calls carry it."""
        takes_back = number_or_none(self.takes_back.data)
        return {"takes_back_id": takes_back} if takes_back else {"amount": self.amount.data or ""}


class ExternalForm(Form):
    """Which figure, and who published it."""

    indicator_id = SelectField(_l("指标"), validate_choice=False)
    period = StringField(_l("期"), [needed(), at_most(20)])
    typed = StringField(_l("数值"), [needed(), at_most(60)])
    source = StringField(_l("来源"), [needed(), at_most(200)])
    reason = TextAreaField(_l("说明（更正时写明原因）"), [at_most(500)])

    def offer(self, indicators: Iterable[Mapping[str, Any]]) -> None:
        """Let these indicators be chosen."""
        self.indicator_id.choices = options((str(one["indicator_id"]), one["name"]) for one in indicators)

    @property
    def content(self) -> dict[str, Any]:
        """What was filled in beside the indicator."""
        return {
            "period": self.period.data or "",
            "typed": self.typed.data or "",
            "source": self.source.data or "",
            "reason": self.reason.data or "",
        }


class HistoryForm(FileForm):
    """A file of history, and where its figures come from."""

    source = StringField(_l("数据来源"), [needed(), at_most(200)])
    is_invented = BooleanField(_l("这是示例数据，均为虚构"))


class ExternalsForm(Form):
    """The figures of one period that one source published; the fields of the figures are the service's."""

    source = StringField(_l("来源"), [needed(), at_most(200)])
    reason = TextAreaField(_l("说明（更正时写明原因）"), [at_most(500)])

    @property
    def content(self) -> dict[str, Any]:
        """What was typed, as the call takes it; which figure a field is of, its name says."""
        figures = [
            {"indicator_id": int(parts[1]), "unit_id": int(parts[2]), "typed": field.data or ""}
            for field in self
            if (parts := field.name.split("-"))[0] == TYPED
        ]
        return {"source": self.source.data or "", "reason": self.reason.data or "", "figures": figures}


def externals_form(offered: Mapping[str, Any]) -> ExternalsForm:
    """The form for the figures of a period, with what is known of them."""
    fields = {
        name_of(entry): StringField(
            f"{entry['indicator']['name']} {entry['unit']['name']}", [at_most(60)], default=entry["value"] or ""
        )
        for entry in offered["entries"]
    }
    form: ExternalsForm = type("OfferedExternalsForm", (ExternalsForm,), fields)(data={"source": offered["source"]})
    return form


def name_of(entry: Mapping[str, Any]) -> str:
    """The name of the field of a figure, as the service names it when it refuses one."""
    return f"{TYPED}-{entry['indicator']['indicator_id']}-{entry['unit']['unit_id']}"
