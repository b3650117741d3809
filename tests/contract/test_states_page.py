"""The table of a duty's transitions is the one in the code: whoever changes it makes the page again."""

from services.running import states_page


def test_the_page_is_current():
    """`make docs` makes it again."""
    text = states_page.PAGE.read_text("utf-8")

    assert states_page.page(text) == text


def test_a_line_that_the_code_does_not_have_is_taken_out():
    text = states_page.PAGE.read_text("utf-8")
    head = "|---|---|---|---|---|---|\n| acknowledge_duties |"
    assert head in text

    assert states_page.page(text.replace(head, "|---|---|---|---|---|---|\n| nothing |", 1)) == text
