from services.portal.duty_groups import Group, group_duties

TODAY = "2026-11-24"


def a_duty(light, due_on="2026-11-30"):
    return {"light": light, "due_on": due_on}


def headings(duties, counts=None):
    return [grouped.group for grouped in group_duties(duties, TODAY, counts or {})]


def test_headings_come_in_the_order_of_urgency_and_empty_ones_are_left_out():
    duties = [a_duty("done"), a_duty("on_track"), a_duty("overdue"), a_duty("awaiting_review"), a_duty("due_soon")]

    assert headings(duties) == [
        Group.OVERDUE,
        Group.DUE_SOON,
        Group.THIS_MONTH,
        Group.AWAITING_REVIEW,
        Group.DONE,
    ]


def test_what_is_on_track_is_told_apart_by_the_month_it_is_due_in():
    assert headings([a_duty("on_track", "2026-11-30"), a_duty("on_track", "2026-12-01")]) == [
        Group.THIS_MONTH,
        Group.LATER,
    ]


def test_done_in_time_and_done_late_stand_together():
    (done,) = group_duties([a_duty("done"), a_duty("done_late")], TODAY, {"done": 4, "done_late": 3})

    assert (done.group, len(done.duties), done.total, done.missing) == (Group.DONE, 2, 7, 5)


def test_only_what_is_still_to_be_done_can_be_ticked():
    lights = ("overdue", "due_soon", "blocked", "on_track", "awaiting_review", "done", "not_applicable")

    tickable = [one.group for one in group_duties([a_duty(light) for light in lights], TODAY, {}) if one.is_tickable]

    assert tickable == [Group.OVERDUE, Group.DUE_SOON, Group.BLOCKED, Group.THIS_MONTH]


def test_a_heading_counts_duties_that_are_not_on_the_page():
    (done,) = group_duties([], TODAY, {"done": 12, "on_track": 0})

    assert (done.group, done.total, done.duties) == (Group.DONE, 12, [])
