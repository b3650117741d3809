"""How rows come out of a cursor, on a real server: their types, and what happens where query and type differ."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.rows import columns, has_row, many, one, returned, the, value, value_or_none, values
from tests.support.true_rows import fits


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Lamp(NamedTuple):
    id: int
    colour: Colour
    broken_on: dt.date | None


class Id(NamedTuple):
    id: int


class Untrue(NamedTuple):
    id: str


LAMPS = "SELECT * FROM (VALUES (1, 'red', NULL::date), (2, 'green', '2026-03-01')) AS lamp (id, colour, broken_on)"


@pytest.fixture
def cur(postgres_server):
    with postgres_server.cursor() as cur:
        yield cur


def test_rows_have_the_fields_of_their_type_and_enums_are_enums(cur):
    cur.execute(LAMPS)
    found = many(cur, Lamp)

    assert found == [Lamp(1, Colour.RED, None), Lamp(2, Colour.GREEN, dt.date(2026, 3, 1))]
    assert all(type(lamp) is Lamp and type(lamp.colour) is Colour for lamp in found)


def test_a_row_cannot_be_changed(cur):
    cur.execute(LAMPS)

    with pytest.raises(AttributeError):
        the(cur, Lamp).id = 3


def test_one_is_the_first_row_or_none(cur):
    cur.execute(LAMPS)
    assert one(cur, Lamp) == Lamp(1, Colour.RED, None)

    cur.execute(LAMPS + " WHERE id > 2")
    assert one(cur, Lamp) is None


def test_a_row_that_must_be_there_is_missed(cur):
    cur.execute(LAMPS + " WHERE id > 2")

    with pytest.raises(LookupError, match="the query returned no Lamp"):
        the(cur, Lamp)


@pytest.mark.parametrize("take", [one, the, many])
@pytest.mark.parametrize("columns", ["id", "id, colour, 1 AS broken", "colour, id, broken_on", "*, 1 AS more"])
def test_columns_that_are_not_the_fields_are_named_beside_them(cur, take, columns):
    """Even in another order, and even when there is no row: such a query is wrong before it is noticed."""
    cur.execute(f"SELECT {columns} FROM ({LAMPS}) AS lamp WHERE id > 2")
    names = ", ".join(column.name for column in cur.description)

    with pytest.raises(TypeError) as error:
        take(cur, Lamp)

    assert str(error.value) == (
        f"the columns of the query ({names}) are not the fields of Lamp (id, colour, broken_on)"
    )


def test_a_value_that_the_enum_does_not_know_fails(cur):
    cur.execute("SELECT 1 AS id, 'blue' AS colour, NULL::date AS broken_on")

    with pytest.raises(ValueError, match="'blue' is not a valid Colour"):
        many(cur, Lamp)


def test_what_was_stored_in_several_pages_is_returned(cur):
    cur.execute("CREATE TEMPORARY TABLE kept (id integer GENERATED ALWAYS AS IDENTITY, name text)")

    found = returned(cur, Id, "INSERT INTO kept (name) VALUES %s RETURNING id", [("a",), ("b",), ("c",)], page_size=2)

    assert found == [Id(1), Id(2), Id(3)]


def test_storing_nothing_returns_nothing_and_asks_nothing(cur):
    assert returned(cur, Id, "INSERT INTO nowhere (name) VALUES %s RETURNING id", []) == []


def test_what_is_returned_must_fit_too(cur):
    cur.execute("CREATE TEMPORARY TABLE kept (id integer, name text)")

    with pytest.raises(TypeError, match=r"the columns of the query \(name\) are not the fields of Id \(id\)"):
        returned(cur, Id, "INSERT INTO kept VALUES %s RETURNING name", [(1, "a")])


def test_single_values(cur):
    cur.execute("SELECT count(*) FROM pg_database")
    assert value(cur, int) >= 1

    cur.execute("SELECT * FROM generate_series(1, 3)")
    assert values(cur, int) == [1, 2, 3]

    cur.execute("SELECT 1 WHERE false")
    assert value_or_none(cur, int) is None

    cur.execute("SELECT 1 WHERE false")
    with pytest.raises(LookupError, match="the query returned no int"):
        value(cur, int)


@pytest.mark.parametrize("take", [value, value_or_none, values])
@pytest.mark.parametrize(("expression", "found"), [("NULL", "NoneType"), ("'7'", "str"), ("7.0", "Decimal")])
def test_a_single_value_of_another_type_fails(cur, take, expression, found):
    cur.execute(f"SELECT {expression}")

    with pytest.raises(TypeError, match=f"the query returned {found} where int was expected"):
        take(cur, int)


@pytest.mark.parametrize("take", [value, value_or_none, values])
def test_a_single_value_is_asked_of_a_single_column(cur, take):
    cur.execute("SELECT 1 AS a, 2 AS b")

    with pytest.raises(TypeError, match=r"the columns of the query \(a, b\) are not the one of a single int"):
        take(cur, int)


def test_whether_there_is_a_row(cur):
    cur.execute("SELECT 1 AS a, 2 AS b")
    assert has_row(cur)

    cur.execute("SELECT 1 WHERE false")
    assert not has_row(cur)


def test_an_untrue_type_is_noticed_in_these_tests(cur):
    cur.execute("SELECT 1 AS id")

    with pytest.raises(AssertionError, match="Untrue declares other types of id"):
        one(cur, Untrue)


@pytest.mark.parametrize(
    ("found", "hint", "is_fit"),
    [
        (1, int, True),
        (True, int, False),
        (None, int | None, True),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.date, False),
        ([1, None], list[int], False),
        ([1, None], list[int | None], True),
        ({"kind": "keep"}, dict[str, Any] | None, True),
        (Decimal(1), float, False),
        ("red", Colour, False),
        (Colour.RED, Colour, True),
    ],
)
def test_what_fits_a_declared_type(found, hint, is_fit):
    assert fits(found, hint) is is_fit


# What PostgreSQL keeps as text, and what has a meaning in the text of an array.
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")) | st.sampled_from(
    ["", "NULL", "null", "{}", ",", '"', "\\", "'", "%s", " ", "\n", '\\"', "{1,2}", "徽城镇"]
)
WRITTEN = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.none() | TEXTS,
    st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)),
    st.none() | st.booleans(),
    st.sampled_from([None, *Colour]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(WRITTEN, min_size=1, max_size=20))
@example(rows=[(1, None, None, None, None)])
def test_columns_bring_every_row_as_it_is_and_in_its_order(cur, rows):
    cur.execute("SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::boolean[], %s::text[])", columns(rows))

    assert cur.fetchall() == rows
