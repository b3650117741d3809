"""Unit groups: the sets that documents refer to, such as 各乡镇人民政府.

Where there are many units, the page of a group shows a part of its members and says in a hidden field which: saving
adds and takes out, and leaves those alone that are not on the page.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal.clients import ask, tell
from services.portal.directory import Directory, is_search, sought
from services.portal.downloads import all_pages, send_list
from services.portal.forms.directory import GroupForm
from services.portal.forms.fields import lines_of, number_or_none
from services.portal.list_files import Column, Kind
from services.portal.numbers import is_number
from services.portal.searching import Search
from shared.limits import CALLER

pages = Blueprint("groups", __name__)

COLUMNS = (
    Column(_l("名称"), lambda group: group["name"], width=36),
    Column(_l("别名"), lambda group: "、".join(group["aliases"]), width=40),
    Column(_l("成员数"), lambda group: group["members"], Kind.NUMBER),
)

# As many as a search for units lists.
FOUND = 50


@pages.get("/groups")
def listing() -> ResponseReturnValue:
    search = Search.of_request()
    found = ask("tasks", "find_groups", text=search.text, page=search.page)
    return render_template("groups.html", found=found, search=search)


@pages.post("/groups/xlsx")
def as_file() -> ResponseReturnValue:
    """All groups that are sought, on whichever page they stand."""
    search = Search.of_request()
    found = all_pages("find_groups", "groups", text=search.text, within=CALLER.file)
    return send_list(_("单位组"), COLUMNS, found, asked=search.in_words())


@pages.route("/groups/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    return _edit(None, GroupForm(), [])


@pages.route("/groups/<int:group_id>", methods=["GET", "POST"])
def edit(group_id: int) -> ResponseReturnValue:
    found = ask("tasks", "get_group", group_id=group_id, text=sought() or None, page=Search.of_request().page)
    members = [str(unit["unit_id"]) for unit in found["members"]]
    form = GroupForm(data=found["group"] | {"aliases": "\n".join(found["group"]["aliases"]), "member_ids": members})
    if is_search():
        return _edit(found, form, _members_on_page(), also=members)
    return _edit(found, form, _members_on_page() if request.method == "POST" else members)


def _edit(
    found: dict[str, Any] | None, form: GroupForm, members: list[str], *, also: list[str] | None = None
) -> ResponseReturnValue:
    """`members` are those that the page shows; what is ticked besides is to be added.

    `also` are members that a search found, in its order: those that get a box now come ticked.
    """
    if not is_search() and form.validate_on_submit():
        with form.taking_refusals():
            group_id = found["group"]["group_id"] if found else None
            tell("tasks", "save_group", group_id=group_id, **_params(form))
            flash(_("已保存。"))
            return redirect(url_for("groups.listing"))
    also = [one for one in also or [] if one not in set(members)]
    directory = Directory.load([*_chosen(form.member_ids.data or [], members), *also[:FOUND]])
    more = [one for one in also if one in directory.unit_ids]
    form.member_ids.data, members = [*(form.member_ids.data or []), *more], [*members, *more]
    # A page has only so many boxes, and a member without one is none that somebody could have wanted to take out.
    members = [one for one in members if one in directory.unit_ids]
    return render_template("group.html", form=form, found=found, directory=directory, members=members), form.status


def _chosen(ticked: list[str], members: list[str]) -> list[str]:
    """What the page must have boxes for, what the person did first: added units, members taken out, other members."""
    inside, kept = set(members), set(ticked)
    return [
        *(one for one in ticked if one not in inside),
        *(one for one in members if one not in kept),
        *(one for one in members if one in kept),
    ]


def _members_on_page() -> list[str]:
    """The members that the page showed when it was made; none where it lists all units there are."""
    return [one for one in request.form.get("members", "").split(",") if is_number(one)]


def _params(form: GroupForm) -> dict[str, Any]:
    ticked = [one for one in form.member_ids.data if is_number(one)]
    return {
        "version": number_or_none(form.version.data),
        "name": form.name.data,
        "aliases": lines_of(form.aliases.data),
        **_changes(ticked),
    }


def _changes(ticked: list[str]) -> dict[str, list[int]]:
    if "members" not in request.form:
        return {"member_ids": [int(one) for one in ticked]}
    before = _members_on_page()
    return {
        "added_ids": [int(one) for one in ticked if one not in before],
        "removed_ids": [int(one) for one in before if one not in ticked],
    }
