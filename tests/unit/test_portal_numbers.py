"""Numbers that a request sends have a bound, wherever they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.forms.fields import number_or_none
from services.portal.numbers import MOST_DIGITS, is_number
from tests.support.sources import modules


@given(st.integers(0, 10**MOST_DIGITS - 1))
def test_a_number_that_a_database_may_hold_is_read(number):
    assert is_number(str(number))
    assert number_or_none(f" {number} ") == number


@pytest.mark.parametrize("text", ["", "-1", "1e400", "1.5", "²", "9" * (MOST_DIGITS + 1), "9" * 5000, "1\0"])
def test_what_is_none_or_has_no_end_is_not(text):
    assert not is_number(text)
    assert number_or_none(text) is None


def test_no_page_reads_digits_without_a_bound():
    found = [str(path) for path in modules("services/portal") if ".isdecimal()" in path.read_text("utf-8")]
    assert [path.rpartition("/")[2] for path in found] == ["numbers.py"]


@pytest.mark.parametrize("text", [None, "", "x", 7, True, "9" * 5000])
def test_a_hidden_field_that_was_not_sent_has_no_number(text):
    """A form without its field holds what it was made of: the version in force, which its sender has not seen."""
    assert number_or_none(text) is None


def test_the_number_of_a_hidden_field():
    assert number_or_none(" 12 ") == 12
