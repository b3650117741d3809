from services.portal.duty_groups import Group, grouped
from services.tasks.duties.headings import Heading


def test_the_page_and_the_service_know_the_same_headings_in_the_same_order():
    assert [group.value for group in Group] == [heading.value for heading in Heading]


def test_only_what_is_still_to_be_done_can_be_ticked_and_what_is_through_is_folded():
    found = grouped([{"heading": group, "duties": [], "total": 1} for group in Group])

    assert [one.group for one in found if one.is_tickable] == [
        *(Group.ANSWERED, Group.OVERDUE, Group.DUE_SOON, Group.BLOCKED, Group.THIS_MONTH, Group.LATER)
    ]
    assert [one.group for one in found if one.is_folded] == [Group.DONE, Group.NOT_APPLICABLE]


def test_a_heading_says_how_many_are_not_on_the_page():
    (later,) = grouped([{"heading": "later", "duties": [{}, {}], "total": 7}])

    assert later.missing == 5
