"""What a board says before its numbers: how far, what is late, what waits, the targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, words
from services.portal.meeting_agenda import is_unlikely
from shared.percents import whole_percent

# Named in a sentence; the part of the page behind it has all.
MOST_NAMED = 3


def summary(
    board: Mapping[str, Any],
    targets: Sequence[Mapping[str, Any]],
    late_rounds: int,
    difficulties: Mapping[str, Any] | None,
) -> list[tuple[str, str]]:
    """The state in a few sentences, each with the part of the page that has more; empty ones are left out."""
    found = (
        ("areas", _how_far(board)),
        ("overdue", _late(board)),
        ("blocked", _to_decide(difficulties)),
        ("targets", _targets(targets)),
        ("late", _reports(late_rounds)),
    )
    return [(part, sentence) for part, sentence in found if sentence]


def percent(pace: Mapping[str, int]) -> int | None:
    """Of what is due the done share in whole per cents. None where nothing is due."""
    return whole_percent(pace["done"], pace["due"]) if pace["due"] else None


def change(now: Mapping[str, int], before: Mapping[str, int] | None) -> int | None:
    """By how many percentage points the done share moved; None where either share is unknown."""
    shares = (percent(now), percent(before) if before else None)
    return None if shares[0] is None or shares[1] is None else shares[0] - shares[1]


def _how_far(board: Mapping[str, Any]) -> str:
    so_far, share = board["so_far"], percent(board["so_far"])
    if share is None:
        return str(_("到%(day)s，还没有到期的责任。", day=filters.day(board["today"])))
    told = _(
        "到%(day)s应完成 %(due)d 项，已完成 %(done)d 项（%(share)d%%）",
        day=filters.day(board["today"]),
        due=so_far["due"],
        done=so_far["done"],
        share=share,
    )
    moved = change(so_far, board["month_ago"])
    if moved is None:
        return str(_("%(told)s。", told=told))
    if moved > 0:
        return str(_("%(told)s，比上月底高 %(points)d 个百分点。", told=told, points=moved))
    if moved < 0:
        return str(_("%(told)s，比上月底低 %(points)d 个百分点。", told=told, points=-moved))
    return str(_("%(told)s，与上月底持平。", told=told))


def _late(board: Mapping[str, Any]) -> str:
    counts = board["totals"]
    blocked = counts["blocked"] + counts["overdue_blocked"]
    if not counts["overdue"]:
        late = _("没有逾期的")
    else:
        late = _(
            "逾期 %(duties)d 项，涉及 %(units)d 个单位", duties=counts["overdue"], units=board["overdue_units_total"]
        )
    if blocked:
        return str(ngettext("%(late)s；受阻 %(num)d 项。", "%(late)s；受阻 %(num)d 项。", blocked, late=late))
    return str(_("%(late)s。", late=late))


def _targets(targets: Sequence[Mapping[str, Any]]) -> str:
    if not targets:
        return ""
    counted = Counter(target["standing"] for target in targets)
    parts = [
        _("%(word)s %(number)d 个", word=words.TARGET_STANDINGS[code], number=counted[code])
        for code in words.TARGET_STANDINGS
        if counted[code]
    ]
    number = len(targets)
    said = ngettext("目标 %(num)d 个：%(parts)s。", "目标 %(num)d 个：%(parts)s。", number, parts=_("，").join(parts))
    more = _unlikely(targets)
    return str(_("%(said)s%(more)s", said=said, more=more)) if more else str(said)


def _to_decide(difficulties: Mapping[str, Any] | None) -> str:
    """What waits for somebody above the units: what the next meeting is asked for."""
    if difficulties is None:
        return ""
    open_, accepted = (difficulties["counts"][state] for state in ("open", "accepted"))
    if not open_ + accepted:
        return str(_("没有要请会议协调的困难。"))
    told = ngettext("要请会议协调的困难 %(num)d 项", "要请会议协调的困难 %(num)d 项", open_ + accepted)
    if not open_:
        return str(_("%(told)s，都已受理。", told=told))
    if not accepted:
        return str(_("%(told)s，都还没有受理。", told=told))
    return str(_("%(told)s，其中 %(number)d 项还没有受理。", told=told, number=open_))


def _unlikely(targets: Sequence[Mapping[str, Any]]) -> str:
    """Which targets are rather missed than reached, if what comes is as what was."""
    found = [one for one in targets if is_unlikely(one)]
    if not found:
        return ""
    names = str(_("、")).join(str(one["indicator"]["name"]) for one in found[:MOST_NAMED])
    if len(found) > MOST_NAMED:
        names = str(_("%(names)s等", names=names))
    return str(
        ngettext(
            "照过去这样走，到期达到的可能不足一半的目标 %(num)d 个：%(names)s。",
            "照过去这样走，到期达到的可能不足一半的目标 %(num)d 个：%(names)s。",
            len(found),
            names=names,
        )
    )


def _reports(late_rounds: int) -> str:
    if not late_rounds:
        return ""
    return str(ngettext("%(num)d 张报表还没有报全。", "%(num)d 张报表还没有报全。", late_rounds))
