"""Kept commands in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal.filters import bracketed, name_of, period
from services.portal.words import DOINGS

OF_REPORTS = {
    "report-save": _l("保存报表"),
    "report-submit": _l("提交报表"),
    "report-take-back": _l("撤回报表"),
    "remark-answer": _l("答复批示"),
}
STATES = {
    "waiting": _l("已收到，待确认"),
    "confirmed": _l("已确认"),
    "refused": _l("没有办成"),
    "given_up": _l("没有办成，已停止自动提交"),
}


def doing_in_words(doing: str) -> str:
    """What the person did."""
    return name_of(OF_REPORTS | DOINGS, doing)


def state_in_words(state: str) -> str:
    """What became of it."""
    return name_of(STATES, state)


def title_of_report(form: Mapping[str, Any]) -> str:
    """A report with its period, as its form names it when nobody can be asked."""
    return f"{form['report']}{bracketed(period(form['period']))}"


def title_of(subjects: Sequence[str]) -> str:
    """“A”, “A” and how many others, or nothing."""
    if not subjects:
        return ""
    first = subjects[0]
    if len(subjects) == 1:
        return str(_("“%(title)s”", title=first))
    return str(ngettext("“%(title)s”等 %(num)d 项", "“%(title)s”等 %(num)d 项", len(subjects), title=first))
