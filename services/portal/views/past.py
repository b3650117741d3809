"""Three years of history out of one file: sent on, checked as a whole, and taken over only when all of it is right."""

from __future__ import annotations

import hashlib
import time
from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal.clients import ask, form_command_id, part_of, tell
from services.portal.downloads import all_pages, send_form, send_list
from services.portal.filters import say
from services.portal.forms.figures import HistoryForm
from services.portal.history_files import EXAMPLES, HEADINGS, chunks, read_history
from services.portal.list_files import Column
from services.portal.searching import Search
from services.portal.uploads import content_of
from shared.apart import running as apart
from shared.errors import Invalid
from shared.limits import CALLER

pages = Blueprint("past", __name__)

COLUMNS = (
    Column(_l("位置"), lambda one: one["place"]),
    Column(_l("指标"), lambda one: one["indicator"], width=40),
    Column(_l("单位"), lambda one: one["unit"]),
    Column(_l("期"), lambda one: one["period"], width=14),
    Column(_l("数值"), lambda one: one["typed"], width=14),
    Column(_l("问题"), lambda one: say(one["problem"]), width=60),
)
CELLS_A_CALL = 2000
# What is left then goes on with a button: a page that takes longer is given up by whoever waits for it.
MOST_SECONDS = 20.0


@pages.route("/figures/past", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """The imports of history, and a form for another file."""
    form = HistoryForm()
    if form.validate_on_submit():
        try:
            return redirect(url_for("past.state", run_id=_send(form)))
        except Invalid as error:
            form.take(error)
    runs = ask("stats", "list_imports")["imports"]
    return render_template("past.html", form=form, runs=runs, headings=HEADINGS), form.status


@pages.post("/figures/past/template")
def template() -> ResponseReturnValue:
    """A workbook with the four columns and two lines that show what is meant."""
    return send_form(_("历史数据导入模板"), HEADINGS, EXAMPLES)


@pages.get("/figures/past/<int:run_id>")
def state(run_id: int) -> ResponseReturnValue:
    """How far an import is, and everything that is wrong with its file."""
    found = ask("stats", "import_state", run_id=run_id, page=Search.of_request().page)
    return render_template("past_state.html", found=found)


@pages.post("/figures/past/<int:run_id>/xlsx")
def as_file(run_id: int) -> ResponseReturnValue:
    """Everything that is wrong with the file, as a workbook to mend it by."""
    found = ask("stats", "import_state", run_id=run_id, page=1)
    problems = all_pages("import_state", "problems", service="stats", run_id=run_id)
    return send_list(_("历史数据导入的问题"), COLUMNS, problems, asked=found["source"])


@pages.post("/figures/past/<int:run_id>/apply")
def apply(run_id: int) -> ResponseReturnValue:
    """Take over what is right, for as long as somebody waits; pressed again, the rest."""
    began = time.monotonic()
    command = form_command_id()
    step, found = 0, {"state": "checked", "applied": 0}
    while found["state"] != "applied" and time.monotonic() - began < MOST_SECONDS:
        found = tell(
            "stats", "apply_import", command=part_of(command, f"step {step}"), within=CALLER.preview, run_id=run_id
        )
        step += 1
    if found["state"] == "applied":
        flash(ngettext("已导入 %(num)d 个数。", "已导入 %(num)d 个数。", found["applied"]))
    return redirect(url_for("past.state", run_id=run_id))


@pages.post("/figures/past/<int:run_id>/discard")
def discard(run_id: int) -> ResponseReturnValue:
    """Forget an import of which nothing was taken over."""
    tell("stats", "discard_import", run_id=run_id)
    flash(_("已取消这次导入。"))
    return redirect(url_for("past.upload"))


def _send(form: HistoryForm) -> int:
    """Send the file's cells on and have them checked; the same form sent again goes on where it was."""
    content = content_of(form.file.data)
    cells = apart.run(partial(read_history, content))
    command = part_of(form_command_id(), f"file {hashlib.sha256(content).hexdigest()}")
    begun = tell(
        "stats", "begin_import", command=command, source=form.source.data, is_invented=bool(form.is_invented.data)
    )
    run_id = int(begun["run_id"])
    for first, lines in chunks(cells, CELLS_A_CALL):
        tell(
            "stats",
            "add_import_cells",
            command=part_of(command, f"cells {first}"),
            run_id=run_id,
            first=first,
            lines=lines,
        )
    tell("stats", "check_import", command=part_of(command, "check"), within=CALLER.preview, run_id=run_id)
    return run_id
