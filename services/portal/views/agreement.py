"""Whether boards and reminders say what the ledger of duties says, as the comparison of the night found."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template

from services.portal.clients import ask
from shared import clock

pages = Blueprint("agreement", __name__)

# Who keeps a picture of the duties.
LISTENERS = {"stats": "boards_against_ledger", "notifications": "reminders_against_ledger"}
# From this hour on the ledger counts, in China time.
FIRST_AT = dt.timedelta(hours=4)


@pages.get("/ledger-check")
def found() -> str:
    """What the newest comparison found, for each of them."""
    found = {name: ask(name, of) for name, of in LISTENERS.items()}
    return render_template("ledger_check.html", found=found, next_on=next_night(clock.now()).isoformat())


def next_night(now: dt.datetime) -> dt.date:
    """The day in the small hours of which the next comparison begins."""
    today = clock.day_of(now)
    return today if now < clock.start_of(today) + FIRST_AT else today + dt.timedelta(days=1)
