"""The form of which indicator plays which role on the page of economy and employment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, SelectChoice, SelectField

from services.portal import filters
from services.portal.forms.fields import Form, number_or_none, options


class RolesForm(Form):
    """A choice for each role; the roles are the service's."""

    version = HiddenField()

    @property
    def content(self) -> dict[str, Any]:
        """What was chosen, as the call takes it."""
        roles = [
            {"role": field.name, "indicator_id": number_or_none(field.data)}
            for field in self
            if isinstance(field, SelectField)
        ]
        return {"version": number_or_none(self.version.data) or 0, "roles": roles}


def roles_form(offered: Mapping[str, Any], nobody: str) -> RolesForm:
    """The form for these roles, each with the indicators that fit it; `nobody` is the word for none."""
    fields = {
        role["role"]: SelectField(
            filters.say(role["name"]),
            choices=[SelectChoice("", nobody), *options((str(i["indicator_id"]), i["name"]) for i in role["fitting"])],
            default=str(role["indicator_id"] or ""),
            validate_choice=False,
        )
        for role in offered["roles"]
    }
    form: RolesForm = type("OfferedRolesForm", (RolesForm,), fields)(data={"version": str(offered["version"])})
    return form
