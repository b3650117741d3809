"""Any order, repetition and correction of figures, and any move of units, gives the sums that a recount gives."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.stats.figures import store
from services.stats.figures.moving import sums_follow
from services.stats.figures.recording import record
from services.stats.figures.records import Adjustment
from shared import directory
from shared.events import UnitChanged
from tests.support.figures import WHO, a_fact, an_indicator, figures
from tests.support.stats import received

UNITS = [11, 12, 13, 14, 15]
PERIODS = ["2026-04", "2026-05"]
amounts = st.decimals(min_value=-1000, max_value=1000, places=2).map(str)
facts = st.tuples(st.sampled_from(UNITS), st.sampled_from(PERIODS), st.none() | amounts)
recordings = st.lists(facts, min_size=1, max_size=4).map(lambda found: ("record", found))
adjustments = st.tuples(st.just("adjust"), st.sampled_from(UNITS), st.sampled_from(PERIODS), amounts)
places = st.tuples(st.sampled_from(UNITS), st.none() | st.sampled_from([*UNITS, 99]), st.integers(1, 6))
moves = st.lists(places, min_size=1, max_size=4).map(lambda found: ("move", found))
steps = st.lists(st.one_of(recordings, adjustments, moves), min_size=1, max_size=9)
without_deadline = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Recount:
    """What was done, and the sums that follow from it by the plainest way of counting."""

    own: dict = field(default_factory=dict)
    added: dict = field(default_factory=lambda: defaultdict(Decimal))
    parents: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)

    def record(self, found):
        for unit_id, period, value in found:
            self.own[period, unit_id] = None if value is None else Decimal(value)

    def adjust(self, unit_id, period, amount):
        self.added[period, unit_id] += Decimal(amount)

    def move(self, found):
        for unit_id, parent_id, version in found:
            if version > self.versions.get(unit_id, 0):
                self.versions[unit_id], self.parents[unit_id] = version, parent_id

    def line(self, unit_id):
        found, unit = [], unit_id
        while unit is not None and unit not in found:
            found.append(unit)
            unit = self.parents.get(unit)
        return found

    def rows(self):
        sums = defaultdict(lambda: [Decimal(0), Decimal(0), 0, 0])
        for (period, unit_id), value in self.own.items():
            for above in self.line(unit_id):
                cell = sums[period, above]
                cell[0] += value or 0
                cell[2] += value is not None
                cell[3] += value is None
        for (period, unit_id), amount in self.added.items():
            for above in self.line(unit_id):
                sums[period, above][1] += amount
        return {
            (period, unit_id): (self.own.get((period, unit_id)), *cell)
            for (period, unit_id), cell in sums.items()
            if any(cell[1:]) or (period, unit_id) in self.own
        }


def check_partitions(found, recount):
    """A unit's sum is its own figure and the sums of those right below it, wherever the tree has no circle."""
    for (period, unit_id), (own, total, *_) in found.items():
        below = [unit for unit, parent in recount.parents.items() if parent == unit_id]
        if unit_id not in recount.line(recount.parents.get(unit_id)):
            parts = [found[period, unit][1] for unit in below if (period, unit) in found]
            assert total == sum(parts, own or Decimal(0))


def counted(cur):
    return {(row[1], row[2]): (row[3], *row[5:]) for row in figures(cur)}


def carry_out(cur, indicator_id, step, recount):
    if step[0] == "record":
        found = [a_fact(indicator_id, *fact) for fact in step[1]]
        record(cur, found, who=WHO, correlation_id="")
        recount.record(step[1])
    elif step[0] == "adjust":
        _, unit_id, period, amount = step
        adjustment = Adjustment(
            indicator_id=indicator_id, unit_id=unit_id, period=period, amount=Decimal(amount), reason="核对"
        )
        store.add_adjustment(cur, adjustment, since=store.take_clock(cur), who=WHO)
        recount.adjust(unit_id, period, amount)
    else:
        # In one batch the newest version of a unit counts, the first one where two say they are the same.
        events = [received(a_unit(*place)) for place in _once(step[1])]
        with sums_follow(cur, events):
            directory.apply(cur, events)
        recount.move(_once(step[1]))


def _once(found):
    return list({(unit_id, version): (unit_id, parent, version) for unit_id, parent, version in found}.values())


def a_unit(unit_id, parent_id, version):
    return UnitChanged(unit_id, f"{unit_id}", f"单位{unit_id}", "township", parent_id, is_active=True, version=version)


@without_deadline
@given(steps=steps)
def test_sums_kept_by_differences_are_those_of_a_recount(stats_db, steps):
    indicator_id = indicator_of(stats_db)
    recount = Recount()
    with stats_db.transaction() as cur:
        for step in steps:
            carry_out(cur, indicator_id, step, recount)
        assert counted(cur) == recount.rows()
        check_partitions(counted(cur), recount)
        kept = figures(cur)
        store.count_anew(cur)
        assert figures(cur) == kept
        cur.connection.rollback()


def indicator_of(database):
    with database.transaction() as cur:
        cur.execute("SELECT id FROM indicator WHERE code = 'XZJY'")
        found = cur.fetchone()
    return found[0] if found else an_indicator(database, "XZJY")
