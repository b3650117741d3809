"""The chain of a log: whatever is altered, removed or moved is found, and named by its place."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealing.chain import ALGORITHMS, Content, Fault, Seal, content_hash, faults, sealed

AT = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
COLUMNS = st.dictionaries(st.sampled_from(["action", "subject", "post", "说明"]), TEXTS, min_size=1)


@dataclass
class Log:
    """Rows by their place in the table, and the chain over them."""

    rows: dict[int, Content] = field(default_factory=dict)
    seals: list[Seal] = field(default_factory=list)

    def add(self, fields: dict[str, str], algorithm: str = "sha256") -> None:
        row = Content(len(self.rows) + 1, AT, {"id": str(len(self.rows) + 1), **fields})
        self.rows[row.row_id] = row
        head = self.seals[-1] if self.seals else None
        self.seals.append(sealed(head, "audit_log", row, algorithm=algorithm, now=AT))

    def wrong(self) -> dict[int, set[Fault]]:
        """What is wrong by the number of the seal."""
        found: dict[int, set[Fault]] = {}
        before = None
        for seal in sorted(self.seals):
            wrong = faults(seal, before, self.rows.get(seal.row_id), may_be_gone=False)
            if wrong:
                found[seal.seq] = set(wrong)
            before = seal
        return found


@st.composite
def logs(draw, least: int = 1) -> Log:
    log = Log()
    for fields in draw(st.lists(COLUMNS, min_size=least, max_size=8)):
        log.add(fields, draw(st.sampled_from(ALGORITHMS)))
    return log


@given(logs())
def test_a_chain_is_right_as_it_was_written_also_when_its_hash_changed_in_the_middle(log):
    assert log.wrong() == {}


@given(logs(), st.data())
def test_any_changed_row_is_found_and_named(log, data):
    row_id = data.draw(st.sampled_from(sorted(log.rows)))
    row = log.rows[row_id]
    name = data.draw(st.sampled_from(sorted(row.fields)))
    other = data.draw(TEXTS.filter(lambda text: text != row.fields[name]))
    log.rows[row_id] = row._replace(fields=row.fields | {name: other})

    assert log.wrong() == {row_id: {Fault.ALTERED}}


@given(logs(), st.data())
def test_a_column_that_was_emptied_filled_or_renamed_is_found(log, data):
    row_id = data.draw(st.sampled_from(sorted(log.rows)))
    row = log.rows[row_id]
    emptied = {name: text for name, text in row.fields.items() if name != "id"}
    log.rows[row_id] = row._replace(fields=data.draw(st.sampled_from([emptied, row.fields | {"more": ""}])))

    assert log.wrong() == {row_id: {Fault.ALTERED}}


@given(logs(), st.data())
def test_any_deleted_row_is_found_and_named(log, data):
    row_id = data.draw(st.sampled_from(sorted(log.rows)))
    del log.rows[row_id]

    assert log.wrong() == {row_id: {Fault.MISSING}}


@given(logs(least=2), st.data())
def test_any_two_rows_that_changed_places_are_found_and_named(log, data):
    first, second = data.draw(st.lists(st.sampled_from(sorted(log.rows)), min_size=2, max_size=2, unique=True))
    log.rows[first], log.rows[second] = log.rows[second], log.rows[first]

    assert log.wrong() == {first: {Fault.ALTERED}, second: {Fault.ALTERED}}


@given(logs(least=2), st.data())
def test_a_removed_seal_is_found_at_the_next_one(log, data):
    """The last one is not: only whoever kept the head elsewhere knows of it."""
    place = data.draw(st.integers(0, len(log.seals) - 2))
    del log.seals[place]

    assert log.wrong() == {place + 2: {Fault.GAP}}


@given(logs(least=3), st.data())
def test_a_removed_seal_is_found_also_when_the_others_were_numbered_anew(log, data):
    place = data.draw(st.integers(0, len(log.seals) - 2))
    del log.seals[place]
    log.seals = [seal._replace(seq=number) for number, seal in enumerate(log.seals, 1)]

    assert log.wrong() == {place + 1: {Fault.ORDER}}


@given(logs(least=2), st.data())
def test_two_seals_that_changed_places_are_found_where_they_stand_now(log, data):
    first, second = sorted(data.draw(st.lists(st.integers(0, len(log.seals) - 1), min_size=2, max_size=2, unique=True)))
    seals = log.seals
    seals[first], seals[second] = seals[second]._replace(seq=first + 1), seals[first]._replace(seq=second + 1)

    wrong = log.wrong()

    assert wrong[first + 1] == wrong[second + 1] == {Fault.ORDER}


CHANGED_SEALS = {
    "row_id": lambda seal: seal.row_id + 1,
    "source": lambda seal: f"{seal.source}s",
    "at": lambda seal: seal.at + dt.timedelta(microseconds=1),
    "sealed_at": lambda seal: seal.sealed_at - dt.timedelta(days=1),
    "content": lambda seal: hashlib.sha256(seal.content.encode()).hexdigest(),
    "previous": lambda seal: hashlib.sha256(seal.previous.encode()).hexdigest(),
    "hash": lambda seal: hashlib.sha256(seal.hash.encode()).hexdigest(),
    "algorithm": lambda seal: ALGORITHMS[1 - ALGORITHMS.index(seal.algorithm)],
}


@given(logs(), st.sampled_from(sorted(CHANGED_SEALS)), st.data())
def test_any_change_of_a_seal_itself_is_found_and_named(log, name, data):
    place = data.draw(st.integers(0, len(log.seals) - 1))
    log.seals[place] = log.seals[place]._replace(**{name: CHANGED_SEALS[name](log.seals[place])})

    assert Fault.SEAL in log.wrong()[place + 1]


def test_a_row_that_is_sealed_anew_with_another_content_breaks_the_chain_behind_it():
    log = Log()
    for subject in ("甲", "乙", "丙"):
        log.add({"subject": subject})
    log.rows[2] = log.rows[2]._replace(fields={"id": "2", "subject": "丁"})
    log.seals[1] = sealed(log.seals[0], "audit_log", log.rows[2], algorithm="sha256", now=AT)

    assert log.wrong() == {3: {Fault.ORDER}}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_is_hashed_is_as_the_decision_describes_it(algorithm):
    """Whoever checks a chain with a program of their own must come to the same."""
    text = '{"column id":"7","column 说明":"a\\"b","source":"audit_log"}'
    row = Content(7, AT, {"说明": 'a"b', "id": "7"})

    assert content_hash(algorithm, "audit_log", row) == hashlib.new(algorithm, text.encode()).hexdigest()
    seal = sealed(None, "audit_log", row, algorithm=algorithm, now=AT)
    said = (
        f'{{"algorithm":"{algorithm}","at":"2026-03-01T08:00:00.000000+00:00","content":"{seal.content}",'
        f'"format":"qingdan-log-1","previous":"","row":"7","sealed_at":"2026-03-01T08:00:00.000000+00:00",'
        f'"source":"audit_log"}}'
    )
    assert seal.hash == hashlib.new(algorithm, said.encode()).hexdigest()


def test_a_hash_that_nobody_knows_is_said_and_not_passed_over():
    log = Log()
    log.add({"subject": "甲"})
    log.seals[0] = log.seals[0]._replace(algorithm="md5")

    assert log.wrong() == {1: {Fault.ALGORITHM}}
