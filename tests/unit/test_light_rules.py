"""The rule of lights as data: which version holds on a day, what it does to a light, and which may be saved."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.policies.rules import DEFAULT, Scope, Version, policies_on, usual
from services.notifications.reminding.policy import Stage, first_day_from, newest_offset, occasions_on, stage_day
from services.stats.completion.completion import cutoffs_on
from services.tasks.lights.records import SavedRule
from services.tasks.lights.rule import (
    FARTHEST,
    IN_FORCE_ALREADY,
    IN_THE_PAST,
    NOT_PLANNED,
    TOO_FAR,
    Standing,
    complain_of_taking_back,
    complaints,
    rules_of,
    standings,
)
from shared.light import Light, State, due_soon_until, light_of
from shared.light_rules import FEWEST, MOST, USUAL, LightRule, LightRules, by, changed_days, in_force
from shared.light_tables import event_of
from shared.light_tables import rules_of as rules_of_event
from shared.workdays import add_workdays, next_workday, workdays_between

D = dt.date.fromisoformat
TODAY = D("2026-05-08")  # a Friday before a Saturday of work
DAYS = st.dates(D("2025-01-01"), D("2026-12-31"))
NUMBERS = st.integers(FEWEST, MOST)
RULES = st.dictionaries(DAYS, NUMBERS, max_size=6).map(
    lambda found: LightRules.of(LightRule(day, number) for day, number in found.items())
)


def rules(*versions):
    return LightRules.of(LightRule(D(day), number) for day, number in versions)


def saved(*acts):
    at = dt.datetime(2026, 5, 8, tzinfo=dt.UTC)
    return [SavedRule(n, D(day), number, "试行", "就业股长", "县人社局", at) for n, (day, number) in enumerate(acts, 1)]


def test_without_any_version_it_is_three_as_ever():
    assert LightRules().on(TODAY) == USUAL == 3
    assert due_soon_until(TODAY) == D("2026-05-12")


def test_the_version_of_a_day_is_the_latest_that_has_begun():
    found = rules(("2026-05-08", 5), ("2026-06-01", 2))

    assert [found.on(D(day)) for day in ("2026-05-07", "2026-05-08", "2026-05-31", "2026-06-01", "2027-01-01")] == [
        *(3, 5, 5, 2, 2)
    ]


@given(found=RULES, day=DAYS)
def test_on_a_day_holds_what_began_last(found, day):
    begun = [one for one in found.versions if one.from_day <= day]

    assert found.on(day) == (begun[-1].workdays if begun else USUAL)


@given(found=RULES)
def test_a_fingerprint_spells_out_the_rules_and_an_event_carries_them(found):
    assert LightRules.from_text(found.fingerprint) == found
    assert rules_of_event(event_of(found, 1)) == found


@given(found=RULES, new=st.builds(LightRule, DAYS, NUMBERS), day=DAYS)
def test_a_further_version_changes_no_day_before_it_nor_from_the_next_one_on(found, new, day):
    after = found.with_version(new)
    following = [one.from_day for one in found.versions if one.from_day > new.from_day]

    if day < new.from_day or (following and day >= following[0]):
        assert after.on(day) == found.on(day)
    else:
        assert after.on(day) == new.workdays


@given(before=RULES, after=RULES, day=DAYS)
def test_what_has_changed_begins_on_one_of_the_changed_days(before, after, day):
    changed = changed_days(before, after)

    assert (before.on(day) == after.on(day)) or any(one <= day for one in changed)
    assert all(before.on(one) != after.on(one) for one in changed)


@given(number=NUMBERS, today=DAYS, days=st.integers(0, 40))
def test_the_light_turns_so_many_working_days_before_and_the_boards_say_the_same(number, today, days):
    due_on = today + dt.timedelta(days=days)
    with by(LightRules.of([LightRule(today, number)])):
        light = light_of(State.ACKNOWLEDGED, due_on, today).light
        until = cutoffs_on(today).soon_until

    assert (light is Light.DUE_SOON) == (due_on <= add_workdays(today, number)) == (due_on <= until)
    assert light in {Light.DUE_SOON, Light.ON_TRACK}


@given(fewer=NUMBERS, more=NUMBERS, today=DAYS)
def test_more_working_days_never_let_less_be_due_soon(fewer, more, today):
    fewer, more = sorted((fewer, more))
    with by(LightRules.of([LightRule(today, fewer)])):
        near = due_soon_until(today)
    with by(LightRules.of([LightRule(today, more)])):
        assert due_soon_until(today) >= near
        assert workdays_between(today, due_soon_until(today)) == more


def test_the_day_that_is_asked_about_counts_and_not_the_day_of_asking():
    with by(rules(("2026-05-11", 10))):
        assert cutoffs_on(D("2026-05-08")).soon_until == D("2026-05-12")
        assert cutoffs_on(D("2026-05-11")).soon_until == D("2026-05-25")
    assert in_force() == LightRules()


def test_other_rules_have_lights_of_their_own_where_answers_are_kept():
    from services.tasks.duties.answers import _Dates, _lit

    dates = _Dates(State.ISSUED, D("2026-05-15"), None, False, None, None, False)
    plain = _lit(dates, TODAY).light
    with by(rules(("2026-05-08", 6))):
        other = _lit(dates, TODAY).light

    assert (plain, other, _lit(dates, TODAY).light) == (Light.ON_TRACK, Light.DUE_SOON, Light.ON_TRACK)


# What may be saved.


@pytest.mark.parametrize(
    ("day", "number", "wrong"),
    [
        (TODAY - dt.timedelta(days=1), 5, {"from_day": IN_THE_PAST}),
        (TODAY + FARTHEST + dt.timedelta(days=1), 5, {"from_day": TOO_FAR}),
        (TODAY + FARTHEST, 5, {}),
        (TODAY, 5, {}),
    ],
)
def test_it_takes_effect_today_or_later(day, number, wrong):
    assert complaints(LightRules(), LightRule(day, number), TODAY) == wrong


def test_what_changes_nothing_is_refused_in_words():
    found = rules(("2026-05-08", 5), ("2026-06-01", 2))

    for day, number in (("2026-05-08", 5), ("2026-05-20", 5), ("2026-06-01", 2)):
        assert "没有要改的" in complaints(found, LightRule(D(day), number), TODAY)["workdays"].zh
    # The number that held before takes the place of what is planned.
    assert complaints(found, LightRule(D("2026-06-01"), 5), TODAY) == {}


def test_a_later_version_of_a_day_takes_the_place_of_what_was_planned_and_history_says_what_became_of_each():
    acts = saved(("2026-05-01", 4), ("2026-06-01", 5), ("2026-06-01", 6), ("2026-07-01", 7), ("2026-07-01", None))

    assert rules_of(acts) == rules(("2026-05-01", 4), ("2026-06-01", 6))
    assert list(standings(acts, TODAY).values()) == [
        *(Standing.IN_FORCE, Standing.REPLACED, Standing.PLANNED, Standing.TAKEN_BACK, Standing.TAKES_BACK)
    ]
    assert [standings(acts, D("2026-06-01"))[version] for version in (1, 3)] == [Standing.OVER, Standing.IN_FORCE]


def test_what_is_planned_can_be_taken_back_and_what_is_in_force_cannot():
    found = rules(("2026-05-08", 5), ("2026-06-01", 2))

    assert complain_of_taking_back(found, D("2026-06-01"), TODAY) is None
    assert complain_of_taking_back(found, D("2026-05-08"), TODAY) == IN_FORCE_ALREADY
    assert complain_of_taking_back(found, D("2026-06-02"), TODAY) == NOT_PLANNED


# The usual reminders.


@given(number=NUMBERS)
def test_the_usual_reminders_speak_on_the_day_on_which_the_light_turns_and_twice_before_the_due_date(number):
    before = [stage.offset for stage in usual(number).stages if stage.offset < 0]

    assert -number in before
    assert len(before) == 2
    assert [stage.offset for stage in usual(number).stages] == sorted({one.offset for one in usual(number).stages})


def test_the_usual_reminders_are_as_they_were_where_nobody_saved_a_rule():
    assert usual(USUAL) == DEFAULT
    assert [stage.offset for stage in DEFAULT.stages[:3]] == [-7, -3, 0]


@given(number=NUMBERS, due_on=DAYS.map(next_workday))
def test_the_day_of_the_reminder_is_that_of_the_light(number, due_on):
    turns = stage_day(due_on, -number)
    with by(LightRules.of([LightRule(turns - dt.timedelta(days=60), number)])):
        policy = policies_on({}, turns).of_checklist(None)
        lights = [light_of(State.ACKNOWLEDGED, due_on, day).light for day in (turns, turns - dt.timedelta(days=1))]

    assert newest_offset(policy, due_on, turns) == -number
    assert [one.stage for one in occasions_on(State.ACKNOWLEDGED, due_on, turns, policy=policy)] == [Stage.DUE_SOON]
    assert lights == [Light.DUE_SOON, Light.ON_TRACK]


@given(before=NUMBERS, after=NUMBERS, left=st.integers(1, 20))
def test_a_change_of_the_rule_leaves_nothing_unsaid_before_it_is_due(before, after, left):
    """What is due tomorrow or later is still spoken of once the rule has changed, on its due date at the latest."""
    due_on = add_workdays(TODAY, left)

    assert TODAY <= (first_day_from(usual(after), due_on, TODAY) or dt.date.max) <= due_on
    assert first_day_from(usual(before), due_on, TODAY) is not None


def test_a_policy_that_was_saved_does_not_follow_the_light():
    own = usual(3)
    with by(rules(("2026-05-08", 5))):
        found = policies_on({(Scope.CHECKLIST, 7): [Version(1, TODAY, own)]}, TODAY)

    assert found.of_checklist(7) == own
    assert found.of_checklist(8) == usual(5)
