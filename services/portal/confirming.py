"""What is said after an action: which duties it was about, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters

# A browser keeps no more than 4 KB of what is said until the next page.
LONGEST_TITLE = 40
MOST_TAKEN_BACK = 50

# What takes an action back, by the last part of both addresses.
BACK = {"blocker": "clear-blocker", "waiver": "take-back-waiver", "extension": "take-back-extension"}


def title_of(duty: Mapping[str, Any]) -> str:
    """A duty's title with the period of a recurring one, short enough to be quoted."""
    title = str(duty["item"])
    short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    return f"{short}{filters.bracketed(filters.period(duty['period']))}" if len(duty["period"]) > 4 else short


def naming(duties: Sequence[Mapping[str, Any]]) -> str:
    """“A”, or “A” and how many others."""
    first = title_of(duties[0])
    if len(duties) == 1:
        return str(_("“%(title)s”", title=first))
    return str(ngettext("“%(title)s”等 %(num)d 项", "“%(title)s”等 %(num)d 项", len(duties), title=first))


def say_done(sentence: str, duties: Sequence[Mapping[str, Any]] = ()) -> None:
    """Say it on the next page, with a button that takes the submission of `duties` back; of very many without one."""
    if not duties or len(duties) > MOST_TAKEN_BACK:
        flash(sentence)
        return
    pairs = [("duties", f"{duty['duty_id']}:{duty['version']}") for duty in duties]
    _flash(sentence, url_for("duties.take_back"), pairs)


def say_refused(sentence: str) -> None:
    """Say on the next page what was not done, and not as what is: under another sign."""
    flash(sentence, "refused")


def say_acted(sentence: str, action: str, duty: Mapping[str, Any]) -> None:
    """Say what was done with one duty, with a button that undoes it where there is such an action."""
    if action in BACK:
        address = url_for("duties.act", duty_id=duty["duty_id"], action=BACK[action])
        _flash(sentence, address, [("version", str(duty["version"]))])
    else:
        flash(sentence)


def say_submitted(outcome: Mapping[str, Any]) -> None:
    """Say that a report was submitted and whose turn it is, with a button that takes it back."""
    name = f"{outcome['report']}{filters.bracketed(filters.period(outcome['period']))}"
    sentence = _("“%(title)s”已提交，%(state)s。", title=name, state=filters.say(outcome["state_word"]))
    address = url_for("submissions.take_back", submission_id=outcome["submission_id"])
    _flash(sentence, address, [("version", str(outcome["version"]))])


def _flash(sentence: str, address: str, fields: list[tuple[str, str]]) -> None:
    # Kept in the cookie as JSON, which Flask's hint of a plain text does not know.
    flash({"text": sentence, "address": address, "fields": fields})  # type: ignore[arg-type]
