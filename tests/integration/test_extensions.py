"""More time for a duty: asked, granted, changed, refused, taken back; and nobody decides on his own work."""

import datetime as dt

import pytest

from shared.errors import Conflict, Forbidden, Invalid
from tests.support.checklists import DUE_ON, events, fetch, rewrite
from tests.support.duties import TODAY, a_duty, do, issued, read, submit, today

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

LATER = "2026-12-15"


def asked(call, duty=None, on=LATER, reason="要等验收"):
    return do(call, "ask_extension", duty or a_duty(call), reason=reason, wanted_on=on)


def requests(database):
    return fetch(
        database,
        "SELECT state, reason, wanted_on::text, answer, granted_on::text, ended_at IS NULL FROM request ORDER BY id",
    )


def test_an_extension_is_asked_with_a_day_and_a_reason_and_tells_nobody_yet(call, tasks_db):
    duty = asked(call)

    assert (duty["extension_asked"], duty["wanted_on"], duty["extension_reason"]) == (True, LATER, "要等验收")
    assert (duty["due_on"], duty["first_due_on"], duty["state"]) == (DUE_ON.isoformat(), None, "acknowledged")
    assert duty["history"][-1]["text"] == f"{LATER} 要等验收"
    assert [event.type for event in events(tasks_db, "duty.%")] == ["duty.acknowledged.v1"]
    assert requests(tasks_db) == [("open", "要等验收", LATER, "", None, True)]


def test_a_granted_extension_moves_the_due_date_and_is_announced(call, tasks_db):
    granted = do(call, "grant_extension", asked(call), as_="lead", due_on=LATER, reason="同意")

    assert (granted["due_on"], granted["first_due_on"]) == (LATER, DUE_ON.isoformat())
    assert (granted["extension_asked"], granted["wanted_on"]) == (False, None)
    assert f"原定 {DUE_ON}" in granted["reason"]["zh"]
    event = events(tasks_db, "duty.%")[-1]
    assert (event.type, event.payload["due_on"], event.payload["version"]) == ("duty.extended.v1", LATER, 4)
    assert requests(tasks_db) == [("granted", "要等验收", LATER, "同意", LATER, False)]


def test_the_lead_bureau_gives_another_day_than_was_asked_for(call, tasks_db):
    granted = do(call, "grant_extension", asked(call), as_="lead", due_on="2026-12-01")

    assert granted["due_on"] == "2026-12-01"
    assert requests(tasks_db)[0][4] == "2026-12-01"


def test_a_refused_extension_stands_first_until_the_unit_goes_on(call, tasks_db):
    refused = do(call, "refuse_extension", asked(call), as_="lead", reason="省里不同意")

    assert (refused["due_on"], refused["extension_refusal"]) == (DUE_ON.isoformat(), "省里不同意")
    assert events(tasks_db, "duty.%")[-1].type == "duty.extension_refused.v1"
    owed = call("owed_duties", {}, as_="staff")
    assert owed["headings"][0]["duties"][0]["extension_refusal"] == "省里不同意"
    submit(call, refused)
    assert read(call, refused)["extension_refusal"] is None
    assert requests(tasks_db) == [("refused", "要等验收", LATER, "省里不同意", None, False)]


def test_after_a_refusal_it_can_be_asked_anew(call, tasks_db):
    refused = do(call, "refuse_extension", asked(call), as_="lead", reason="太晚")

    again = asked(call, refused, on="2026-12-01", reason="早一些")

    assert (again["extension_asked"], again["extension_refusal"], again["wanted_on"]) == (True, None, "2026-12-01")
    assert [row[0] for row in requests(tasks_db)] == ["refused", "open"]


def test_an_extension_is_asked_after_the_date_too(call, today):
    duty = a_duty(call)
    today(DUE_ON + dt.timedelta(days=10))

    granted = do(call, "grant_extension", asked(call, duty), as_="lead", due_on=LATER)

    assert (granted["light"], granted["due_on"]) == ("on_track", LATER)


def test_what_was_asked_is_taken_back_or_ends_with_the_submission(call, tasks_db):
    first, second = issued(call, "徽城镇", items=2)
    back = do(call, "take_back_extension", asked(call, first))
    submit(call, asked(call, second))

    assert back["extension_asked"] is False
    assert [row[0] for row in requests(tasks_db)] == ["taken_back", "ended"]
    assert call("review_queue", {"kinds": ["extensions"]}, as_="lead")["extensions"] == []


@pytest.mark.parametrize("day", [DUE_ON.isoformat(), "2026-01-01", "2031-01-01"])
def test_a_day_that_gives_no_time_is_refused_at_its_field(call, day):
    duty = a_duty(call)
    with pytest.raises(Invalid) as refused:
        asked(call, duty, on=day)
    assert "wanted_on" in refused.value.details["fields"]

    with pytest.raises(Invalid) as not_given:
        do(call, "grant_extension", asked(call, duty), as_="lead", due_on=day)
    assert "due_on" in not_given.value.details["fields"]


def test_one_question_for_more_time_stands_at_a_time(call):
    with pytest.raises(Conflict):
        asked(call, asked(call))


def test_more_time_that_nobody_asked_for_is_not_given(call):
    with pytest.raises(Conflict):
        do(call, "grant_extension", a_duty(call), as_="lead", due_on=LATER)


def test_the_queue_has_what_was_asked_beside_the_rest_and_counts_it(call, tasks_db, today):
    first, second, third = issued(call, "徽城镇", items=3, review_rule="all")
    asked(call, first)
    submit(call, second)
    do(call, "ask_waiver", asked(call, third), reason="不涉及")
    asked_at = dt.datetime.combine(TODAY, dt.time(1), tzinfo=dt.UTC)
    rewrite(tasks_db, "UPDATE duty_history SET at = %s", (asked_at,))
    today(TODAY + dt.timedelta(days=4))

    found = call("review_queue", {"kinds": ["submitted", "waivers", "extensions", "blocked"]}, as_="lead")

    (waiting,) = found["extensions"]
    assert (waiting["duty_id"], waiting["wanted_on"], waiting["extension_reason"]) == (
        first["duty_id"], LATER, "要等验收",
    )  # fmt: skip
    assert waiting["waiting_days"] == 4
    assert found["counts"] == {"submitted": 1, "waivers": 1, "extensions": 1, "blocked": 0, "elsewhere": 0}
    assert call("count_waiting", {}, as_="lead")["waiting"] == 3


def lead_who_is_staff(call):
    """The lead bureau's own duty, which the same person submits."""
    return a_duty(call, "县人社局", review_rule="all")


@pytest.fixture
def double(call, tasks_db):
    """The person of the lead bureau is also staff of its unit."""
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET roles = ARRAY['lead_bureau', 'unit_staff'] WHERE sign_in_name = 'lead'")
    return lead_who_is_staff(call)


def test_nobody_accepts_or_returns_what_he_submitted_himself(call, visit, double):
    submitted = submit(call, double, as_="lead")["duties"][0]

    assert not {"accept_duty", "return_duty"} & set(read(call, submitted)["actions"])
    for operation, more in (("accept_duty", {}), ("return_duty", {"reason": "重做"})):
        with pytest.raises(Forbidden, match="decided by a colleague"):
            do(call, operation, submitted, as_="lead", **more)
    version = {"duty_id": submitted["duty_id"], "version": submitted["version"]}
    (result,) = call("accept_duties", {"duties": [version]}, as_="lead")["results"]
    assert (result["outcome"], "另一位同事" in result["text"]["zh"]) == ("conflict", True)
    assert call("review_queue", {}, as_="lead")["submitted"][0]["is_mine"] is True
    assert "由牵头单位的另一位同事审核" in visit("lead").open(f"/duties/{submitted['duty_id']}").text


def test_nobody_grants_what_he_asked_for_himself(call, double):
    waiver = do(call, "ask_waiver", double, as_="lead", reason="不涉及")
    with pytest.raises(Forbidden):
        do(call, "grant_waiver", waiver, as_="lead")
    extension = do(
        call,
        "ask_extension",
        do(call, "take_back_waiver", waiver, as_="lead"),
        as_="lead",
        reason="忙",
        wanted_on=LATER,
    )
    with pytest.raises(Forbidden):
        do(call, "grant_extension", extension, as_="lead", due_on=LATER)


def test_what_somebody_else_submitted_last_is_decided_by_who_submitted_before(call, double, tasks_db):
    """Only the newest submission counts: a colleague's own is nobody's but his."""
    first = submit(call, double, as_="lead")["duties"][0]
    back = do(call, "reopen_duty", first, as_="lead")
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET unit_id = %s WHERE sign_in_name = 'staff'", (call.world.units["县人社局"],))
    second = submit(call, back, as_="staff")["duties"][0]

    assert do(call, "accept_duty", second, as_="lead")["state"] == "accepted"


def test_more_time_is_given_without_words_but_not_with_nothing(call):
    duty = asked(call)

    with pytest.raises(Invalid) as refused:
        do(call, "grant_extension", duty, as_="lead", due_on=LATER, reason=None)

    assert "reason" in refused.value.details["fields"]
    assert do(call, "grant_extension", duty, as_="lead", due_on=LATER, reason="")["due_on"] == LATER
