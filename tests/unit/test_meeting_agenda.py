"""What comes on the agenda of a meeting, and in which order."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal import meeting_agenda as agenda
from tests.support.agenda import a_blocker, a_series, a_target, late

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)).map(dt.date.isoformat)
STATES = st.sampled_from(("open", "accepted", "answered"))
BLOCKERS = st.lists(st.tuples(STATES, DAYS)).map(
    lambda found: [a_blocker(n, state=state, asked_on=day) for n, (state, day) in enumerate(found)]
)
DUTIES = st.lists(DAYS).map(lambda days: [late(n, day) for n, day in enumerate(sorted(days))])
LIKELIHOODS = st.none() | st.decimals(0, 1, places=4).map(str)
STANDINGS = st.sampled_from(("reached", "ahead", "on_time", "behind", "other"))
TARGETS = st.lists(st.tuples(STANDINGS, LIKELIHOODS)).map(
    lambda found: [a_target(n, standing=word, likelihood=chance) for n, (word, chance) in enumerate(found)]
)


@given(BLOCKERS)
def test_of_difficulties_all_that_wait_and_no_others_are_on_the_agenda(found):
    wanted = {one["duty_id"] for one in found if one["state"] != "answered"}
    assert {one["duty_id"] for one in agenda.blockers(found)} == wanted


@given(BLOCKERS)
def test_unanswered_ones_come_first_then_the_longest_standing_and_those_of_a_day_as_they_came(found):
    keys = [(one["state"] != "open", one["asked_on"], one["duty_id"]) for one in agenda.blockers(found)]
    assert keys == sorted(keys)


@given(st.lists(DUTIES), st.integers(0, 20))
def test_of_several_checklists_the_longest_overdue_come_first_and_no_more_than_wanted(several, most):
    found = agenda.overdue(several, most)

    everything = [duty["due_on"] for duties in several for duty in duties]
    assert [duty["due_on"] for duty in found] == sorted(everything)[:most]


def test_duties_of_one_day_stay_as_each_checklist_is_read():
    first, second = [late(1, "2026-05-01"), late(2, "2026-05-01")], [late(3, "2026-05-01"), late(4, "2026-05-02")]
    assert [duty["duty_id"] for duty in agenda.overdue([first, second], 10)] == [1, 2, 3, 4]


@given(DUTIES)
def test_put_together_by_item_they_are_all_there_in_their_order(duties):
    doubled = [one for duty in duties for one in (duty, duty)]
    groups = agenda.by_item(doubled)

    assert [one for group in groups for one in group] == doubled
    assert len(groups) == len(duties)


@given(TARGETS)
def test_a_target_is_at_risk_when_it_is_behind_or_rather_missed_and_never_when_it_is_reached(found):
    shown = {one["target_id"] for one in agenda.at_risk(found)}
    for one in found:
        is_missed = one["likelihood"] is not None and Decimal(one["likelihood"]) < Decimal("0.5")
        expected = one["standing"] == "behind" or (is_missed and one["standing"] != "reached")
        assert (one["target_id"] in shown) is expected


@given(TARGETS)
def test_targets_that_are_behind_come_first_and_then_the_least_likely_one(found):
    keys = [
        (one["standing"] != "behind", Decimal(one["likelihood"] or 1), one["target_id"])
        for one in agenda.at_risk(found)
    ]
    assert keys == sorted(keys)


def test_a_target_that_is_on_time_and_sure_is_no_matter_for_a_meeting():
    assert agenda.at_risk([a_target(1, standing="on_time", likelihood="0.9"), a_target(2, standing="other")]) == ()


def test_of_a_series_the_newest_figure_counts_with_its_growth_and_source():
    cells = [("2024", "240", None), ("2025", "250", "0.0417"), ("2026", None, None)]

    (line,) = agenda.newest(
        [
            a_series("地区生产总值", cells),
        ]
    )

    assert (line.year, line.value, line.growth, line.source) == (2025, "250", "0.0417", "统计公报")


def test_a_series_without_any_figure_is_left_out():
    assert agenda.newest([a_series("投资", [("2025", None, None)])]) == ()


def test_what_was_decided_comes_with_the_duties_of_its_row_and_without_any_before_it_is_issued():
    decisions = [{"row_id": 7, "text": "甲"}, {"row_id": None, "text": "乙"}]
    duties = [{"row_id": 7, "unit": "徽城镇"}, {"row_id": 9, "unit": "石门乡"}, {"row_id": 7, "unit": "深渡镇"}]

    first, second = agenda.followed(decisions, duties)

    assert [duty["unit"] for duty in first.duties] == ["徽城镇", "深渡镇"]
    assert second.duties == ()


@pytest.mark.parametrize("parts", [agenda.blockers, agenda.at_risk, agenda.newest])
def test_nothing_makes_nothing(parts):
    assert parts([]) == ()
