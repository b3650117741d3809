"""Use cases of explanations: a unit says why a figure that a soft check doubts is right, the lead bureau reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.stats.checks import queries, store
from services.stats.checks.records import ExplanationState, GivenExplanation
from services.stats.periods import Period, is_period, parse
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid
from shared.text import Text

# An explanation that holds for longer is no explanation of a figure but a wrong check.
LONGEST_MONTHS = 12
WRONG_END = Text(
    "说明的有效期应是本期或以后一年内的一期。",
    "An explanation holds until this period or one within a year after it.",
)


def explain(
    cur: Cursor, context: Context, *, submission_id: int, unit_id: int, period: str, check_id: int, text: str
) -> None:
    """Keep what the unit says about a check for one submission."""
    store.save_explanation(
        cur,
        check_id,
        submission_id=submission_id,
        unit_id=unit_id,
        period=period,
        text=text,
        who=context.signed_in.signature,
    )


def kept(cur: Cursor, *, submission_id: int) -> list[dict[str, object]]:
    """The explanations of a submission whole, for `put_back`."""
    return [one.whole for one in queries.whole_explanations(cur, submission_id)]


def put_back(cur: Cursor, *, submission_id: int, kept: Sequence[dict[str, object]]) -> None:
    """Let the explanations of a submission be those that `kept` gave."""
    store.replace_explanations(cur, submission_id, kept)


def forget_others(cur: Cursor, *, submission_id: int, doubted: Sequence[int]) -> None:
    """Take out what was said of checks that the form passes by now and nobody has read: the figure is another one."""
    store.forget_explanations(cur, submission_id, but=doubted)


def of_submissions(cur: Cursor, submission_ids: Sequence[int]) -> dict[int, list[GivenExplanation]]:
    """What each of the submissions came with, for whoever reviews it."""
    found: dict[int, list[GivenExplanation]] = {submission_id: [] for submission_id in submission_ids}
    for given in queries.given_for(cur, submission_ids):
        found[given.submission_id].append(given)
    return found


def judge(cur: Cursor, *, submission_id: int, period: str, until: Mapping[int, str]) -> None:
    """Accept the explanations that are still to be read; `until` maps checks to the last period that theirs holds for.

    Where it says nothing, an explanation holds for its own period alone. Invalid when an end is no later period of the
    same kind within a year.
    """
    own = parse(period)
    for given in queries.given_for(cur, [submission_id]):
        end = until.get(given.check_id, period)
        if not _is_end(end, own):
            raise Invalid(WRONG_END)
        if given.state is ExplanationState.GIVEN:
            store.judge_explanation(
                cur, given.check_id, submission_id, state=ExplanationState.ACCEPTED, until_period=end, answer=""
            )


def refuse(cur: Cursor, *, submission_id: int, reason: str) -> None:
    """Refuse what a returned submission came with, so that the unit has to look again."""
    for given in queries.given_for(cur, [submission_id]):
        if given.state is ExplanationState.GIVEN:
            store.judge_explanation(
                cur,
                given.check_id,
                submission_id,
                state=ExplanationState.REFUSED,
                until_period=given.until_period,
                answer=reason,
            )


def _is_end(end: str, own: Period) -> bool:
    if not is_period(end):
        return False
    last = parse(end)
    return last.kind is own.kind and own <= last <= own.moved(LONGEST_MONTHS // own.kind.months)
