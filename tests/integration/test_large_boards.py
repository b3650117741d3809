"""Boards of large checklists: how many units are through is counted by and by, and never left out."""

import datetime as dt

import pytest

from services.stats.completion import boards, drilling, progress, queries
from services.stats.completion import signing as who_signed
from services.stats.completion.progress import PAUSE_SECONDS, UNSEEN_SECONDS
from shared import clock
from shared.database import TAKES_LONGER
from shared.errors import TooSlow
from shared.events import DutySubmitted
from shared.light import State
from tests.support.checklists import fetch, run
from tests.support.plans import counted_work
from tests.support.stats import (
    AREA,
    CHECKLIST,
    HUICHENG,
    ITEM,
    LEAD,
    MEASURE,
    OTHER_ITEM,
    SHENDU,
    SHIMEN,
    TASK,
    TODAY,
    a_duty,
    call,
    changed,
    issued,
    received,
    take,
)

NOW = dt.datetime(2026, 6, 10, 5, tzinfo=dt.UTC)
OF_PROGRESS = ("units_done", "units_total", "missing", "missing_more", "pending", "pending_more")


@pytest.fixture
def moment(monkeypatch):
    """What time it is, to be moved."""
    now = [NOW]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    return now


@pytest.fixture
def large(stats, one_missing, monkeypatch, moment):
    """The example, as if its few duties were too many to be counted while somebody waits."""
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    monkeypatch.setattr(progress, "FEW_DUTIES", 1)
    monkeypatch.setattr(queries, "FEW_DUTIES", 1)
    return one_missing


@pytest.fixture
def one_missing(stats):
    """Two units with two duties each, of which one is open."""
    take(stats, [received(issued(HUICHENG, a_duty(1), a_duty(2))), received(issued(SHENDU, a_duty(3), a_duty(4)))])
    take(stats, [received(done(1, HUICHENG)), received(done(2, HUICHENG)), received(done(3, SHENDU))])
    return stats


def done(duty_id, unit_id, version=2):
    return changed(DutySubmitted, duty_id, unit_id, version, State.ACCEPTED, done_on=TODAY)


def keep(stats):
    return progress.keep(stats.database.transaction, TODAY)


def boards_of(stats):
    item = call(stats, "item_board", {"row_id": ITEM}, as_="leader")
    rows = {row: call(stats, "row_board", {"row_id": row}, as_="leader") for row in (AREA, MEASURE, TASK)}
    children = {child["row_id"]: child for board in rows.values() for child in board["children"]}
    return {ITEM: item, **children}


def told(board):
    return [board[name] for name in OF_PROGRESS]


def test_what_is_kept_says_the_same_as_counting_at_once(stats, large, monkeypatch):
    keep(stats)
    kept = boards_of(stats)
    monkeypatch.setattr(progress, "MOST_DUTIES", 100)
    monkeypatch.setattr(progress, "FEW_DUTIES", 100)
    at_once = boards_of(stats)

    assert {row: told(board) for row, board in kept.items()} == {row: told(board) for row, board in at_once.items()}
    assert told(kept[ITEM])[:2] == [1, 2]
    assert {board["units_as_of"] for board in kept.values()} == {NOW.isoformat()}
    assert {board["units_as_of"] for board in at_once.values()} == {None}


def test_nobody_waits_for_a_count_and_until_there_is_one_the_board_says_so(stats, large):
    board = call(stats, "item_board", {"row_id": ITEM}, as_="leader")

    assert (board["units_done"], board["units_total"], board["units_as_of"]) == (None, None, None)
    assert board["counts"]["total"] == 4


def test_what_changed_is_counted_anew_and_nothing_else(stats, large, moment):
    first = keep(stats)
    moment[0] += dt.timedelta(seconds=PAUSE_SECONDS - 1)
    take(stats, [received(done(4, SHENDU), at=moment[0])])
    too_soon = keep(stats)
    moment[0] += dt.timedelta(seconds=2)
    anew = keep(stats)
    again = keep(stats)

    assert (first > 0, too_soon, anew, again) == (True, 0, 4, 0)
    assert told(boards_of(stats)[ITEM])[:2] == [2, 2]


def test_duties_that_change_places_are_seen_after_a_while(stats, large, moment):
    """One unit does its duty and another's is undone on the same day: the counters are what they were."""
    keep(stats)
    before = told(boards_of(stats)[ITEM])
    moment[0] += dt.timedelta(seconds=60)
    take(stats, [received(done(4, SHENDU), at=moment[0])])
    take(stats, [received(changed(DutySubmitted, 1, HUICHENG, 3, State.ISSUED), at=moment[0])])
    unseen = keep(stats)
    moment[0] += dt.timedelta(seconds=UNSEEN_SECONDS)
    seen = keep(stats)

    assert (unseen, seen > 0) == (0, True)
    assert (before, told(boards_of(stats)[ITEM])) == ([1, 2, [], 0, ["深渡镇"], 0], [1, 2, [], 0, ["徽城镇"], 0])


def test_only_one_process_counts(stats, large):
    with stats.database.transaction() as cur:
        cur.execute("SELECT pg_advisory_xact_lock(hashtext('row_progress'))")
        beside = keep(stats)

    assert beside == 0
    assert keep(stats) > 0


def test_a_small_checklist_costs_the_tick_nothing(stats, one_missing):
    assert keep(stats) == 0
    assert fetch(stats.database, "SELECT row_id FROM row_progress") == []


def test_a_slow_count_is_made_the_more_seldom(stats, large, moment):
    keep(stats)
    run(stats.database, "UPDATE row_progress SET seconds = 30")
    take(stats, [received(done(4, SHENDU), at=moment[0])])
    moment[0] += dt.timedelta(seconds=500)
    soon = keep(stats)
    moment[0] += dt.timedelta(seconds=101)

    assert (soon, keep(stats) > 0) == (0, True)


UNKNOWN = 99
LATER = TODAY + dt.timedelta(days=30)


@pytest.fixture
def many_units(stats, monkeypatch):
    """Units with duties of two items, some done, some of two days, one of a unit that nobody has told of."""
    numbers = iter(range(1, 100))
    for unit_id in (SHIMEN, HUICHENG, SHENDU, LEAD, UNKNOWN):
        duties = [
            a_duty(next(numbers), TODAY, item_id=item, period=period) for item in (ITEM, OTHER_ITEM) for period in "12"
        ]
        later = [a_duty(next(numbers), LATER, item_id=OTHER_ITEM, period="3")]
        take(stats, [received(issued(unit_id, *duties, *later))])
        if unit_id in (HUICHENG, LEAD):
            take(stats, [received(done(duty.duty_id, unit_id)) for duty in duties[:2]])
    return stats


def as_if_large(monkeypatch):
    monkeypatch.setattr(queries, "FEW_DUTIES", 2)
    monkeypatch.setattr(drilling, "MOST_SKIPPED", 2)


def every_page(stats, operation, *, with_after, **asked):
    """What the list has on all its pages together, by their numbers or each behind the one before."""
    found, after = [], None
    for page in range(1, 100):
        params = {"checklist_id": CHECKLIST, "page": page, **asked}
        answer = call(stats, operation, params | ({"after": after} if with_after and after else {}), as_="leader")
        found += answer["duties" if operation == "find_duties" else "units"]
        after = answer["next_after"]
        if page == answer["pages"]:
            assert after is None
            return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("with_after", [False, True], ids=["by number", "behind the last"])
@pytest.mark.parametrize("light", [None, "overdue", "due_soon", "done"])
def test_pages_of_what_very_many_owe_hold_what_sorting_all_would(many_units, monkeypatch, with_after, light):
    many_units.today = lambda: TODAY + dt.timedelta(days=light == "overdue")
    asked = {"size": 3, "light": light}
    expected = every_page(many_units, "find_duties", with_after=False, **asked)
    as_if_large(monkeypatch)

    assert every_page(many_units, "find_duties", with_after=with_after, **asked) == expected
    assert len({duty["duty_id"] for duty in expected}) == len(expected) > 0


def test_a_line_that_is_not_there_or_of_another_place_changes_no_page(many_units, monkeypatch):
    as_if_large(monkeypatch)
    asked = {"checklist_id": CHECKLIST, "size": 3, "page": 2}
    expected = call(many_units, "find_duties", asked, as_="leader")

    for after in (9999, expected["duties"][-1]["duty_id"] + 1000):
        assert call(many_units, "find_duties", asked | {"after": after}, as_="leader") == expected
    # Of another item: the page is the one that its number says.
    assert call(many_units, "find_duties", asked | {"after": 5}, as_="leader") == expected
    units = {"checklist_id": CHECKLIST, "page": 1}
    unmoved = call(many_units, "units_board", units, as_="leader")
    assert call(many_units, "units_board", units | {"after": LEAD}, as_="leader") == unmoved


def test_units_behind_the_last_of_a_page_are_those_of_the_next(many_units, monkeypatch):
    expected = every_page(many_units, "units_board", with_after=False)
    monkeypatch.setattr(boards, "UNITS_PER_PAGE", 2)

    by_number = every_page(many_units, "units_board", with_after=False)
    assert every_page(many_units, "units_board", with_after=True) == by_number == expected
    assert [unit["unit_id"] for unit in expected] == [LEAD, HUICHENG, SHENDU, SHIMEN]


@pytest.mark.parametrize("shown", [2, 3, 10])
def test_an_item_of_very_many_units_shows_the_same_ones_first(many_units, monkeypatch, shown):
    monkeypatch.setattr(boards, "UNITS_PER_PAGE", shown)
    # The unit that nobody has told of has no place in the directory.
    run(many_units.database, "DELETE FROM duty WHERE unit_id = %s", (UNKNOWN,))
    run(many_units.database, "UPDATE duty SET bucket = 'withdrawn', state = 'withdrawn' WHERE id = 6")
    sorted_ = call(many_units, "item_board", {"row_id": ITEM}, as_="leader")
    for few in (2, 4):
        monkeypatch.setattr(queries, "FEW_DUTIES", few)

        read = call(many_units, "item_board", {"row_id": ITEM}, as_="leader")

        assert (read["units"], read["units_more"]) == (sorted_["units"], sorted_["units_more"])
    assert sorted_["units_more"] == max(4 - shown, 0)


@pytest.mark.parametrize("unknown", [(UNKNOWN,), (LEAD, HUICHENG, SHENDU, SHIMEN)], ids=["one", "all"])
def test_units_that_nobody_has_told_of_are_not_missing_where_there_is_room(many_units, monkeypatch, unknown):
    run(many_units.database, "DELETE FROM unit WHERE id = ANY (%s)", (list(unknown),))
    sorted_ = call(many_units, "item_board", {"row_id": ITEM}, as_="leader")
    monkeypatch.setattr(queries, "FEW_DUTIES", 2)

    read = call(many_units, "item_board", {"row_id": ITEM}, as_="leader")

    assert (read["units"], read["units_more"]) == (sorted_["units"], 0)
    assert len(read["units"]) == 5


def test_the_number_of_units_of_a_large_checklist_is_kept_by_kind(stats, large, moment):
    def totals():
        asked = [{"checklist_id": CHECKLIST, "kind": kind} for kind in (None, "township", "lead")]
        return [call(stats, "units_board", one, as_="leader")["total"] for one in asked]

    counted = totals()
    keep(stats)
    assert totals() == counted == [2, 2, 0]
    take(stats, [received(issued(LEAD, a_duty(5)))])
    assert totals() == [2, 2, 0]
    moment[0] += dt.timedelta(seconds=PAUSE_SECONDS + 1)
    keep(stats)

    assert totals() == [3, 2, 1]


def test_what_was_kept_of_a_checklist_that_is_no_longer_large_is_forgotten(stats, large, monkeypatch):
    keep(stats)
    monkeypatch.setattr(progress, "MOST_DUTIES", 100)
    take(stats, [received(done(4, SHENDU))])
    keep(stats)

    assert fetch(stats.database, "SELECT FROM row_progress UNION ALL SELECT FROM units_asked") == []
    assert told(boards_of(stats)[ITEM])[:2] == [2, 2]


def signing(stats, **params):
    return call(stats, "signing_board", {"checklist_id": CHECKLIST, **params}, as_="leader")


SOUGHT = [
    {},
    {"row_id": ITEM},
    {"row_id": OTHER_ITEM},
    {"row_id": MEASURE},
    {"row_id": ITEM, "text": "镇"},
    {"text": "无"},
]


@pytest.mark.parametrize("one_of", [who_signed.ONE_OF, 0], ids=["through the directory", "from the open duties"])
@pytest.mark.parametrize("sought", SOUGHT, ids=str)
def test_of_very_many_duties_the_same_units_have_not_signed(many_units, monkeypatch, moment, sought, one_of):
    run(many_units.database, "UPDATE duty SET bucket = 'withdrawn', state = 'withdrawn' WHERE id = 6")
    run(many_units.database, "UPDATE duty SET bucket = 'waived', state = 'waived' WHERE id = 11")
    counted_at_once = signing(many_units, **sought)
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    monkeypatch.setattr(who_signed, "FEW_OPEN", 0)
    monkeypatch.setattr(who_signed, "ONE_OF", one_of)
    keep(many_units)

    read = signing(many_units, **sought)

    assert (counted_at_once["units_as_of"], read["units_as_of"]) == (None, NOW.isoformat())
    assert read | {"units_as_of": None} == counted_at_once
    assert counted_at_once["units_total"] == 4


@pytest.mark.parametrize("one_of", [who_signed.ONE_OF, 0], ids=["through the directory", "from the open duties"])
@pytest.mark.parametrize("with_after", [False, True], ids=["by number", "behind the last"])
def test_pages_of_who_has_not_signed_hold_each_unit_once(many_units, monkeypatch, moment, one_of, with_after):
    monkeypatch.setattr(who_signed, "UNITS_PER_PAGE", 1)
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    monkeypatch.setattr(who_signed, "FEW_OPEN", 0)
    monkeypatch.setattr(who_signed, "ONE_OF", one_of)
    keep(many_units)

    first = signing(many_units)
    pages, after = [first], first["next_after"]
    for page in range(2, 7):
        pages.append(signing(many_units, page=page, **({"after": after} if with_after and after else {})))
        after = pages[-1]["next_after"]

    names = [[unit["name"] for unit in page["unsigned"]] for page in pages]
    assert names == [["县人社局"], ["徽城镇"], ["深渡镇"], ["石门乡"], ["石门乡"], ["石门乡"]]
    assert [page["page"] for page in pages] == [1, 2, 3, 4, 4, 4]
    assert pages[-1]["next_after"] is None


@pytest.mark.parametrize("most_open", [0, 100], ids=["through the directory", "from the open duties"])
def test_until_the_signed_are_counted_there_are_no_numbers_but_all_units(many_units, monkeypatch, most_open):
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    monkeypatch.setattr(who_signed, "MOST_OPEN", most_open)
    monkeypatch.setattr(who_signed, "UNITS_PER_PAGE", 3)

    first, second = signing(many_units), signing(many_units, page=2)
    item = signing(many_units, row_id=ITEM)

    for found in (first, second, item):
        assert (found["units_signed"], found["units_total"], found["units_as_of"]) == (None, None, None)
        assert found["is_listed"]
    assert [unit["name"] for unit in first["unsigned"]] == ["县人社局", "徽城镇", "深渡镇"]
    assert [unit["name"] for unit in second["unsigned"]] == ["石门乡"]
    assert (first["found"], first["pages"], item["found"]) == (4, 2, 2)


def test_who_has_signed_is_counted_again_where_the_release_before_counted(many_units, monkeypatch, moment):
    """It counts neither, and leaves what is there with another moment."""
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    keep(many_units)
    run(many_units.database, "UPDATE row_progress SET counted_at = counted_at + interval '1 second'")
    run(many_units.database, "UPDATE units_asked SET units_signed = NULL")
    item, whole = signing(many_units, row_id=ITEM), signing(many_units)
    assert (item["units_as_of"], whole["units_total"]) == (NOW.isoformat(), None)

    moment[0] += dt.timedelta(seconds=PAUSE_SECONDS + 2)
    keep(many_units)

    item, whole = signing(many_units, row_id=ITEM), signing(many_units)
    assert {item["units_as_of"], whole["units_as_of"]} == {moment[0].isoformat()}
    assert (item["units_total"], whole["units_total"]) == (4, 4)


@pytest.mark.parametrize("change", ["more", "fewer", "none"])
@pytest.mark.parametrize("with_after", [False, True], ids=["by number", "behind the last"])
def test_a_list_that_has_changed_since_it_was_counted_is_whole(many_units, monkeypatch, moment, change, with_after):
    monkeypatch.setattr(who_signed, "UNITS_PER_PAGE", 1)
    monkeypatch.setattr(who_signed, "FEW_OPEN", 0)
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    if change == "more":
        run(many_units.database, "UPDATE duty SET state = 'acknowledged' WHERE unit_id = ANY (%s)", ([SHENDU, SHIMEN],))
    keep(many_units)
    state, whose = {
        "more": ("issued", [SHENDU, SHIMEN]),
        "fewer": ("acknowledged", [LEAD, SHIMEN]),
        "none": ("acknowledged", [LEAD, HUICHENG, SHENDU, SHIMEN]),
    }[change]
    run(many_units.database, "UPDATE duty SET state = %s WHERE unit_id = ANY (%s)", (state, whose))

    found = signing(many_units)
    names, page = [unit["name"] for unit in found["unsigned"]], 1
    while found["next_after"] is not None:
        page += 1
        found = signing(many_units, page=page, **({"after": found["next_after"]} if with_after else {}))
        names += [unit["name"] for unit in found["unsigned"]]

    assert (
        names
        == {
            "more": ["县人社局", "徽城镇", "深渡镇", "石门乡"],
            "fewer": ["徽城镇", "深渡镇"],
            "none": [],
        }[change]
    )
    assert (found["page"], found["pages"]) == (max(len(names), 1),) * 2


def test_counting_who_has_signed_goes_through_the_duties_once(stats):
    """Half of the units have signed: each of them is in no list of those who have not, however long that is."""
    units, items = 300, 40
    run(
        stats.database,
        """
        INSERT INTO unit SELECT n, 'X' || n, '单位' || n, 'township', NULL, true, 1
        FROM generate_series(1000, %s) AS n
        """,
        (999 + units,),
    )
    run(
        stats.database,
        """
        INSERT INTO duty (id, checklist_id, item_id, unit_id, period, due_on, version, state, is_blocked, bucket)
        SELECT unit * 100 + item, %s, 7000 + item, unit, '1', %s, 1,
            CASE WHEN unit %% 2 = 0 THEN 'issued' ELSE 'acknowledged' END, false, 'open'
        FROM generate_series(1000, %s) AS unit, generate_series(1, %s) AS item
        """,
        (CHECKLIST, TODAY, 999 + units, items),
    )
    run(
        stats.database,
        "INSERT INTO unit_count SELECT checklist_id, unit_id, due_on, bucket, count(*) FROM duty GROUP BY 1, 2, 3, 4",
    )
    run(stats.database, "ANALYZE duty, unit, unit_count")
    with stats.database.transaction() as cur:
        # So little that the list is large for it, as that of a country is for what PostgreSQL has.
        cur.execute("SET LOCAL work_mem = '64kB'")
        with counted_work() as work:
            found = queries.units_by_kind(cur, CHECKLIST)

    assert found == [("township", units, units // 2)]
    assert work.above(2 * units * items) == {}


def test_a_row_that_cannot_be_counted_hinders_no_other(many_units, monkeypatch, moment):
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    count = queries.progress_by_row

    def too_slow(cur, items_by_row, when):
        if ITEM in items_by_row:
            raise TooSlow(TAKES_LONGER)
        return count(cur, items_by_row, when)

    monkeypatch.setattr(queries, "progress_by_row", too_slow)
    monkeypatch.setattr(queries, "units_by_kind", lambda *_: too_slow(None, {ITEM: []}, None))

    with pytest.raises(TooSlow):
        keep(many_units)

    kept = {row.row_id for row in fetch(many_units.database, "SELECT row_id FROM row_progress")}
    assert kept == {AREA, MEASURE, TASK, OTHER_ITEM}


def test_where_nearly_all_of_very_many_have_signed_there_are_numbers_alone(many_units, monkeypatch, moment):
    monkeypatch.setattr(progress, "MOST_DUTIES", 3)
    monkeypatch.setattr(who_signed, "ONE_OF", 0)
    monkeypatch.setattr(who_signed, "MOST_OPEN", 7)
    run(many_units.database, "DELETE FROM duty WHERE unit_id = %s", (UNKNOWN,))
    keep(many_units)

    whole, item = signing(many_units), signing(many_units, row_id=ITEM)

    assert (whole["is_listed"], whole["unsigned"], whole["units_total"]) == (False, [], 4)
    assert (item["is_listed"], len(item["unsigned"]), item["units_signed"]) == (True, 2, 2)
