"""What a cell means, and how two people's forms become one."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.numbers import plain
from services.stats.periods import PeriodKind, parse
from services.stats.submissions import definitions
from services.stats.submissions.cells import (
    BOTH_TYPED,
    EMPTY,
    NOTHING_TYPED,
    Before,
    Kept,
    Typed,
    before,
    has_total,
    meaning_of,
    merged,
    problems,
    same_as_last,
)

MAY = parse("2026-05")


def an_indicator(indicator_id=1, *, kind=IndicatorType.FLOW, decimals=0, may_be_negative=False, version=1, name="就业"):
    return Indicator(
        indicator_id, f"I{indicator_id}", name, "口径", "人", decimals, PeriodKind.MONTH, kind, None, None, "", None,
        may_be_negative, "", "", "", "", None, dt.date(2020, 1, 1), None, is_invented=False, version=version,
    )  # fmt: skip


FLOW = an_indicator()


def test_only_what_is_summed_over_time_has_a_cumulative_and_from_the_second_period_on():
    assert has_total(FLOW, MAY)
    assert not has_total(FLOW, parse("2026-01"))
    assert not has_total(FLOW, parse("2026"))
    assert not has_total(an_indicator(kind=IndicatorType.STOCK), MAY)


def test_what_came_before_is_known_when_every_period_of_the_year_is():
    known = {f"2026-0{month}": Decimal(month) for month in range(1, 5)}

    assert before(known, MAY) == Before(Decimal(10))
    assert before(known | {"2026-02": None}, MAY) == Before(None, "2026-02")
    assert before({}, parse("2026-01")) == Before(Decimal(0))


@pytest.mark.parametrize(
    ("typed", "value", "total", "says"),
    [
        (Typed(), None, None, ""),
        (Typed("12"), 12, 52, ""),
        (Typed("", "52"), 12, 52, ""),
        (Typed("12", "52"), 12, 52, ""),
        (Typed("12", "53"), None, None, "应为 52"),
        (Typed("", "39"), None, None, "对不上"),
        (Typed("一二"), None, None, "不是数字"),
        (Typed("12", "5e1"), None, None, "科学计数法"),
        (Typed("-1"), None, None, "负数"),
        (Typed("1e308"), None, None, "科学计数法"),
        (Typed("NaN"), None, None, "不是数字"),
        (Typed("3.2万"), None, None, "32000"),
    ],
)
def test_a_value_and_a_cumulative_are_computed_from_each_other(typed, value, total, says):
    found = meaning_of(typed, FLOW, Before(Decimal(40)))

    assert (found.value, found.total) == (value, total)
    assert says in (found.problem.zh if found.problem else "")
    assert bool(says) == bool(found.problem)


def test_without_the_periods_before_the_value_must_be_typed():
    so_far = Before(None, "2026-03")

    assert "2026-03" in meaning_of(Typed("", "52"), FLOW, so_far).problem.zh
    assert meaning_of(Typed("12", "52"), FLOW, so_far).value == 12
    assert meaning_of(Typed("12"), FLOW, so_far).total is None


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_either_field_gives_the_other(so_far, value):
    indicator = an_indicator(decimals=2)
    by_value = meaning_of(Typed(plain(value, 2)), indicator, Before(so_far))

    assert meaning_of(Typed("", plain(by_value.total, 2)), indicator, Before(so_far)) == by_value


def test_no_figure_is_a_word_beside_no_number():
    assert meaning_of(Typed(no_figure="没有开展"), FLOW, None).is_valid
    assert meaning_of(Typed("0", no_figure="没有开展"), FLOW, None).problem == BOTH_TYPED
    assert meaning_of(Typed("0"), FLOW, None).value == 0


def test_an_empty_cell_keeps_the_form_from_being_submitted():
    found = problems({1: meaning_of(EMPTY, FLOW, None), 2: meaning_of(Typed("5"), FLOW, None)}, [2, 1, 3])

    assert found == {1: NOTHING_TYPED, 3: NOTHING_TYPED}


CELLS = st.builds(Typed, st.sampled_from(["", "1", "2", "3"]), st.sampled_from(["", "9"]), st.just(""))


@given(CELLS, CELLS, CELLS)
def test_a_cell_that_only_one_changed_is_kept_from_that_one(mine, was, stored):
    kept = merged(mine, was, stored)

    if mine == was and stored != was:
        assert kept is Kept.THEIRS
    elif stored == was or mine == stored:
        assert kept is Kept.MINE
    else:
        assert kept is Kept.CLASH


def test_without_knowing_what_it_was_a_difference_is_a_clash():
    assert merged(Typed("1"), None, Typed("2")) is Kept.CLASH
    assert merged(Typed("1"), None, Typed("1")) is Kept.MINE


def test_the_same_as_last_fills_what_is_empty_alone():
    assert same_as_last(EMPTY, Decimal("7.5"), "", an_indicator(decimals=2)) == Typed("7.50")
    assert same_as_last(EMPTY, None, "没有开展", FLOW) == Typed(no_figure="没有开展")
    assert same_as_last(Typed("8"), Decimal(7), "", FLOW) == Typed("8")
    assert same_as_last(EMPTY, None, "", FLOW) == EMPTY


def test_definitions_travel_as_a_short_text_and_tell_what_changed():
    opened = definitions.written([an_indicator(1), an_indicator(2), an_indicator(3)])
    now = [an_indicator(1), an_indicator(2, version=2, name="贷款"), an_indicator(4, name="培训")]

    since = definitions.changes_since(opened, now)

    assert opened == "1:1 2:1 3:1"
    assert ([one.id for one in since.added], since.removed, [one.id for one in since.changed]) == ([4], (3,), [2])
    assert [text.zh.partition("”")[0] for text in since.sentences][:2] == ["“培训", "“贷款"]
    assert len(since.sentences) == 3
    assert definitions.changes_since("", now).sentences == []


@pytest.mark.parametrize("text", ["1", "1:", "1:1,2:2", "1:1  2:2", "a:b", "1:1\n"])
def test_what_no_form_wrote_is_no_definition(text):
    assert not definitions.is_written(text)
