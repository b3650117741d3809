"""What a policy may be, said in both languages."""

import datetime as dt
from dataclasses import replace

import pytest

from services.notifications.policies.checking import complaints
from services.notifications.policies.rules import (
    DEFAULT,
    Audience,
    Policy,
    Scope,
    Version,
    filled,
    in_force,
    policies_on,
)
from services.notifications.reminding.policy import Stage
from services.notifications.reminding.readers import Readers, by_reader
from shared.text import Text

TODAY = dt.date(2026, 6, 1)
FIRST, *REST = DEFAULT.stages


def wrong(policy, from_day=TODAY):
    return complaints(policy, from_day, TODAY)


def with_first(**changes):
    return replace(DEFAULT, stages=(replace(FIRST, **changes), *REST))


def with_slips(*names, **changes):
    words = Text("{单位}请办理", "{unit}: please do it")
    first = replace(FIRST, words=words, **changes)
    return Policy(tuple(replace(first, offset=place, slip=Text(*name)) for place, name in enumerate(names)), None)


def test_the_default_is_right():
    assert wrong(DEFAULT) == {}


@pytest.mark.parametrize(
    ("policy", "field", "part"),
    [
        (replace(DEFAULT, stages=()), "stages", "至少要有一个"),
        (replace(DEFAULT, stages=(REST[0], FIRST)), "stages", "从早到晚"),
        (replace(DEFAULT, stages=(FIRST, FIRST)), "stages", "同一天只能有一个"),
        (with_first(offset=-61), "stage_1", "60 个工作日以内"),
        (with_first(audience=frozenset()), "stage_1", "至少选一类"),
        (with_first(words=Text("{领导}好", "{unit}")), "stage_1", "“{领导}”无法识别"),
        (with_first(words=Text("请办理", "")), "stage_1", "中文和英文"),
        (with_first(words=Text("请办理{", "Do it")), "stage_1", "成对"),
        (with_first(words=Text("长" * 101, "Do it")), "stage_1", "100"),
        (with_first(audience=frozenset({Audience.LEAD})), "stage_1", "都要有单位"),
        (replace(DEFAULT, again=replace(FIRST, offset=0)), "again", "1 到 20"),
        (with_first(slip=Text("提醒单", "Slip")), "stages", "最多 3 级"),
        (replace(DEFAULT, again=replace(FIRST, offset=5, slip=Text("单", "Slip"))), "stages", "不能是提醒单"),
        (with_slips(("单", "One"), ("单", "Two")), "stages", "不能相同"),
        (with_slips(("单", "")), "stage_1", "中文和英文名称"),
        (with_slips(("长" * 21, "Slip")), "stage_1", "20"),
        (with_slips(("单", "Slip"), audience=frozenset({Audience.LEAD})), "stage_1", "也要发给责任单位"),
        (replace(DEFAULT, again=replace(FIRST, offset=21)), "again", "1 到 20"),
    ],
)
def test_each_fault_has_its_sentence(policy, field, part):
    found = wrong(policy)

    assert list(found) == [field]
    assert part in found[field].zh
    assert found[field].en.endswith(".")


def test_the_past_is_past():
    assert list(wrong(DEFAULT, TODAY - dt.timedelta(days=1))) == ["effective_from"]


def test_words_beyond_the_unit_that_name_it_are_right():
    named = with_first(audience=frozenset({Audience.LEADERS}), words=Text("{单位}未办", "{unit} has not done it"))

    assert wrong(named) == {}


def test_places_are_filled_by_their_names_in_both_languages():
    words = Text("{单位}还有 { days } 天{，}", "{unit}: {天数}")

    assert filled(words, {"unit": "县应急局", "days": "3"}) == Text("县应急局还有 3 天{，}", "县应急局: 3")


def test_what_was_saved_later_holds_from_its_day_on():
    june, july, august = (dt.date(2026, month, 1) for month in (6, 7, 8))
    versions = [Version(1, june, DEFAULT), Version(2, august, None), Version(3, july, DEFAULT)]

    assert in_force(versions, dt.date(2026, 5, 31)) is None
    assert [in_force(versions, day).number for day in (june, july, august)] == [1, 3, 3]


def test_each_thing_has_its_own_policy_or_that_of_everything():
    own, general = Policy((FIRST,), None), Policy((REST[0],), None)
    versions = {
        (Scope.ALL, 0): [Version(1, TODAY, general)],
        (Scope.CHECKLIST, 7): [Version(1, TODAY, own)],
        (Scope.CHECKLIST, 8): [Version(1, TODAY, own), Version(2, TODAY, None)],
    }

    held = policies_on(versions, TODAY)

    assert [held.of_checklist(one) for one in (7, 8, 9)] == [own, general, general]
    assert (held.of_report(7), held.of_report(None)) == (general, general)
    assert policies_on(versions, TODAY - dt.timedelta(days=1)).of_checklist(7) == DEFAULT


def test_the_audience_is_told_and_where_it_is_nobody_the_others_of_the_unit():
    readers = Readers({1: [11, 12]}, {1: [12, 13], 2: [21]}, lead_bureau=[5], leaders=[6])
    post, head, lead, leaders = Audience

    assert readers.of(1, frozenset({post})) == [11, 12]
    assert readers.of(1, frozenset({post, head, lead})) == [5, 11, 12, 13]
    assert readers.of(2, frozenset({post})) == [21]
    assert readers.of(2, frozenset({leaders})) == [6]
    assert readers.of(3, frozenset({head})) == []


def test_each_reader_has_the_most_urgent_of_what_is_told_to_him():
    told = [(1, Stage.ISSUED, [11]), (1, Stage.OVERDUE, [11, 5]), (2, Stage.DUE_SOON, [5])]

    assert by_reader(told) == {5: {1: Stage.OVERDUE, 2: Stage.DUE_SOON}, 11: {1: Stage.OVERDUE}}
