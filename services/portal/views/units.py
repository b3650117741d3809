"""The administrator's units: list, one unit, many from a CSV file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import filters, words
from services.portal.clients import EMPTIED, ask, form_command_id, part_of, tell
from services.portal.directory import Directory, is_search
from services.portal.downloads import all_pages, send_list, send_text_form
from services.portal.forms.directory import UnitForm
from services.portal.forms.fields import FileForm, lines_of, number_or_none, options, options_with
from services.portal.list_files import Column
from services.portal.numbers import is_number
from services.portal.searching import Search, one_of
from services.portal.uploads import send_up
from shared.errors import MALFORMED, Conflict, Invalid
from shared.limits import CALLER

pages = Blueprint("units", __name__)

COLUMNS = (
    Column(_l("代码"), lambda unit: unit["code"], width=16),
    Column(_l("名称"), lambda unit: unit["name"], width=30),
    Column(_l("类型"), lambda unit: filters.name_of(words.UNIT_KINDS, unit["kind"]), width=12),
    Column(_l("别名"), lambda unit: "、".join(unit["aliases"]), width=40),
    Column(_l("状态"), lambda unit: _("启用") if unit["is_active"] else _("已停用"), width=10),
)

# The service reads these words, whatever the language of the page is.
HEADINGS = ("代码", "名称", "类型", "上级代码", "别名")
EXAMPLES = (
    ("341021", "歙县", "县", "", ""),
    ("341021213", "石门乡", "乡镇", "341021", "石门乡人民政府|石门"),
)


@pages.get("/units")
def listing() -> ResponseReturnValue:
    search, kind = Search.of_request(), one_of("kind", words.UNIT_KINDS)
    found = ask(
        "tasks", "find_units", text=search.text, kind=kind or None, is_active=search.is_active, page=search.page
    )
    return render_template("units.html", found=found, search=search, kind=kind)


@pages.post("/units/xlsx")
def as_file() -> ResponseReturnValue:
    """All units that are sought, on whichever page they stand."""
    search, kind = Search.of_request(), one_of("kind", words.UNIT_KINDS)
    found = all_pages(
        "find_units", "units", text=search.text, kind=kind or None, is_active=search.is_active, within=CALLER.file
    )
    asked = search.in_words([(_("类型"), filters.name_of(words.UNIT_KINDS, kind) if kind else "")])
    return send_list(_("单位"), COLUMNS, found, asked=asked)


@pages.route("/units/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new unit; its groups are ticked where they are sure to be: those that have all units of its kind."""
    kind = one_of("kind", words.UNIT_KINDS) or "township"
    groups = ask("tasks", "groups_to_join")["groups"]
    form = UnitForm(kind=kind, proposed_for=kind, group_ids=_proposed(groups, kind))
    form.group_ids.choices = options((str(group["group_id"]), _group_in_words(group)) for group in groups)
    is_sent = form.is_submitted() and not is_search()
    if is_sent and form.kind.data != form.proposed_for.data and _is_proposed_anew(form, groups):
        directory = Directory.load([form.parent_id.data or ""])
        return _page(None, form, directory), 422
    return _edit(None, form)


@pages.route("/units/<int:unit_id>", methods=["GET", "POST"])
def edit(unit_id: int) -> ResponseReturnValue:
    unit = ask("tasks", "get_unit", unit_id=unit_id)
    typed = unit | {"aliases": "\n".join(unit["aliases"]), "parent_id": str(unit["parent_id"] or "")}
    form = UnitForm(data=typed)
    form.kind.choices = options_with(words.UNIT_KINDS, [unit["kind"]])
    return _edit(unit_id, form)


@pages.route("/units/import", methods=["GET", "POST"])
def from_file() -> ResponseReturnValue:
    """Read a file and show what it would change; nothing is stored before that was confirmed."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            file_id = send_up(form.file.data)
            found = ask("tasks", "preview_units", within=CALLER.file, file_id=file_id)
        except Invalid as error:
            return _refused_file(form, error)
        return render_template("units_preview.html", found=found, file_id=file_id)
    return render_template("units_import.html", headings=HEADINGS, form=form, lines=[]), form.status


@pages.post("/units/import/template")
def template() -> ResponseReturnValue:
    """An empty file with two lines that show what is meant."""
    return send_text_form(_("单位导入模板"), HEADINGS, EXAMPLES)


@pages.post("/units/import/confirm")
def confirm_import() -> ResponseReturnValue:
    """Store what was shown, of the same file; when it would be something else by now, show that instead."""
    file_id = request.form.get("file_id", "")
    try:
        answer = tell(
            "tasks", "import_units", within=CALLER.file, file_id=file_id, seen=request.form.get("fingerprint", "")
        )
    except Invalid as error:
        return _refused_file(FileForm(formdata=None), error)
    except Conflict as error:
        found = error.details.get("current")
        if not found:
            raise
        sentence = filters.say(error.text.as_dict())
        return render_template("units_preview.html", found=found, file_id=file_id, sentence=sentence), error.status
    created = ngettext("新增 %(num)d 个单位", "新增 %(num)d 个单位", answer["created"])
    changed = ngettext("更新 %(num)d 个", "更新 %(num)d 个", answer["changed"])
    flash(_("%(created)s，%(changed)s。", created=created, changed=changed))
    return redirect(url_for("units.listing"))


def _refused_file(form: FileForm, error: Invalid) -> ResponseReturnValue:
    """The page for choosing a file again, with what is wrong with this one line by line."""
    form.take(error)
    lines = error.details.get("rows") or []
    return render_template("units_import.html", headings=HEADINGS, form=form, lines=lines), form.status


def _edit(unit_id: int | None, form: UnitForm) -> ResponseReturnValue:
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            saved = tell("tasks", "save_unit", unit_id=unit_id, **_params(form))
            if form.group_ids.data:
                _join(saved["unit_id"], form.group_ids.data)
            flash(_("已保存。"))
            return redirect(url_for("units.listing"))
    directory = Directory.load([form.parent_id.data or ""])
    return _page(unit_id, form, directory), form.status


def _page(unit_id: int | None, form: UnitForm, directory: Directory) -> str:
    form.parent_id.choices = options([("", _("（没有）")), *directory.choices])
    return render_template("unit.html", form=form, unit_id=unit_id, directory=directory)


def _join(unit_id: int, group_ids: list[str]) -> None:
    """Under an id of its own: sent again, the form finds both done."""
    chosen = [int(one) for one in group_ids if is_number(one)]
    command = part_of(form_command_id(), "groups")
    tell("tasks", "join_groups", command=command, unit_id=unit_id, group_ids=chosen)


def _proposed(groups: list[dict[str, Any]], kind: str) -> list[str]:
    return [str(group["group_id"]) for group in groups if group["kind"] == kind]


def _is_proposed_anew(form: UnitForm, groups: list[dict[str, Any]]) -> bool:
    """Whether other groups belong to the kind that was chosen instead: then they are ticked, and the page says so."""
    before, now = _proposed(groups, form.proposed_for.data), _proposed(groups, form.kind.data)
    if before == now:
        return False
    form.group_ids.data = [*(one for one in form.group_ids.data or [] if one not in before), *now]
    form.proposed_for.data = form.kind.data
    form.group_ids.errors = [_("类型改了，单位组已按新的类型勾选，请看一下再保存。")]
    return True


def _group_in_words(group: dict[str, Any]) -> str:
    members = ngettext("%(num)d 个单位", "%(num)d 个单位", group["members"])
    return f"{group['name']}（{members}）" if group["members"] else f"{group['name']}{_('（未填写）')}"


def _number_above(text: str) -> Any:
    if text and not is_number(text):
        raise Invalid(MALFORMED)
    return int(text) if text else EMPTIED


def _params(form: UnitForm) -> dict[str, Any]:
    return {
        "version": number_or_none(form.version.data),
        "code": form.code.data,
        "name": form.name.data,
        "kind": form.kind.data,
        "parent_id": _number_above(form.parent_id.data),
        "aliases": lines_of(form.aliases.data),
        "is_active": form.is_active.data,
    }
