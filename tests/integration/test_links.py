"""A link of a letter opens the own unit's page and nothing else, in a browser that nobody signed in to."""

import datetime as dt
import io
import re
from uuid import uuid4

import pytest
from werkzeug.exceptions import MethodNotAllowed

from services.portal import by_link, rate_limits
from services.portal.measuring import LINK_OPENINGS
from shared import clock
from shared.actor import BY_LINK
from shared.calling.caller import Call, unwrap
from shared.calling.service import operation_of, operations_of
from shared.errors import Forbidden
from shared.events import OfferDecided
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, issued, read
from tests.support.evidence import jpeg
from tests.support.links import a_link, everything, opened
from tests.support.notifications import learn
from tests.support.stats import received
from tests.support.submissions import TODAY, a_round
from tests.support.tasks import Caller

FORGED = "/l/" + "A" * 43


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


@pytest.fixture
def duty(house, call):
    (made,) = issued(call, "徽城镇")
    house.deliver()
    return made


def openings(outcome):
    return LINK_OPENINGS.labels(outcome)._value.get()


def link_call(house, service, operation, params=None, name="staff"):
    asked = Call(params or {}, house.world.people[name], uuid4(), "test", by_link=True)
    return unwrap(house.services[service].perform(operation, asked.as_dict()))


def administrator(house, operation, **params):
    asked = Call(params, house.world.people["admin"], uuid4(), "test")
    return unwrap(house.services["notifications"].perform(operation, asked.as_dict()))


def state_of(call, duty):
    return call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["state"]


def test_a_link_opens_the_own_duties_and_a_tick_makes_one_done(house, call, duty):
    person = opened(house, a_link(house))
    assert person.path == "/duties"
    assert "凭链接打开" in person.text
    assert "徽城镇" in person.text

    person.send(person.form("/duties/done"), boxes=[("duties", f"{duty['duty_id']}:{duty['version']}")])

    assert "已完成" in person.text
    done = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")
    assert done["state"] == "accepted"
    assert {line["who"]["post"] for line in done["history"] if line["action"] in {"completed", "acknowledged"}} == {
        f"填报员{BY_LINK}"
    }


def test_the_auditor_reads_what_was_done_by_a_link(house, call, duty):
    opened_page = opened(house, a_link(house)).open(f"/duties/{duty['duty_id']}")
    opened_page.send(opened_page.form("/note"), text="已完成一半")

    assert f"填报员{BY_LINK}" in house.sign_in("auditor").open("/audit").text


def test_what_a_unit_may_do_by_a_link_it_can_do_on_the_page_of_a_duty(house, call, duty):
    person = opened(house, a_link(house)).open(f"/duties/{duty['duty_id']}")

    person.send(person.form("/note"), text="已完成一半")
    person.open(f"/duties/{duty['duty_id']}")
    person.send(person.form("/blocker"), reason="缺场地")
    person.open(f"/duties/{duty['duty_id']}")
    person.send(
        person.form("/extension"), reason="等审批", wanted_on=(clock.today() + dt.timedelta(days=20)).isoformat()
    )
    person.open(f"/duties/{duty['duty_id']}")

    assert "已完成一半" in person.text
    assert "缺场地" in person.text
    assert "等审批" in person.text


def test_nothing_that_a_link_shows_leads_to_a_page_that_it_may_not_open(house, duty):
    person = opened(house, a_link(house, "head"))
    urls = house.app.url_map.bind("localhost")

    for page in ("/duties", f"/duties/{duty['duty_id']}", "/inbox", "/help"):
        person.open(page)
        assert person.status == 200
        for form in person.forms:
            endpoint, _ = urls.match((form.action or page).partition("?")[0], method="POST" if form.fields else "GET")
            assert endpoint in by_link.PAGES, (page, form.action)
    # Nor does any of them ask for what is refused: a refusal is a row, and looking writes none.
    for name in ("tasks", "stats", "notifications"):
        assert fetch(house.databases[name], "SELECT operation FROM refusal") == []


def test_figures_are_entered_and_submitted_by_a_link(house):
    stats = house.services["stats"]
    stats.today = lambda: TODAY
    made = a_round(stats.database, house.world.units["徽城镇"], house.world.units["深渡镇"])
    page = f"/submissions/{made.submissions[house.world.units['徽城镇']]}"
    person = opened(house, a_link(house)).open(page)

    typed = {f"v{indicator_id}": "7" for indicator_id in made.indicators.values()}
    person.send(person.form(page), **typed, do="submit")

    assert "已提交" in person.text or "等待" in person.text


def test_reports_of_another_unit_stay_shut_even_those_of_a_unit_below(house):
    stats, units = house.services["stats"], house.world.units
    stats.today = lambda: TODAY
    made = a_round(stats.database, units["徽城镇"], units["深渡镇"], units["古关村"])
    person = opened(house, a_link(house))

    for unit in ("深渡镇", "古关村"):
        assert person.open(f"/submissions/{made.submissions[units[unit]]}").status == 403
        assert person.open(f"/submissions/{made.submissions[units[unit]]}/history").status == 403
        with pytest.raises(Forbidden):
            link_call(house, "stats", "owed_submissions", {"unit_id": units[unit]})
    # Whoever signs in sees those below.
    below = f"/submissions/{made.submissions[units['古关村']]}"
    assert house.sign_in("staff").open(below).status == 200


def test_another_units_duties_stay_shut_even_those_of_a_unit_below(house, call):
    (village,) = issued(call, "古关村")
    (other,) = issued(call, "深渡镇")
    house.deliver()
    person = opened(house, a_link(house))

    for one in (village, other):
        assert person.open(f"/duties/{one['duty_id']}").status == 403
        with pytest.raises(Forbidden):
            link_call(house, "tasks", "note_progress", {"duty_id": one["duty_id"], "text": "x"})
    assert person.open(f"/duties?unit={house.world.units['古关村']}").status == 403
    # Whoever signs in sees those below.
    assert house.sign_in("staff").open(f"/duties/{village['duty_id']}").status == 200


def test_a_head_by_a_link_is_staff_and_confirms_nothing(house):
    stats = house.services["stats"]
    stats.today = lambda: TODAY
    with pytest.raises(Forbidden, match="sign in"):
        link_call(house, "stats", "confirm_submission", {"submission_id": 1, "version": 1}, name="head")


def test_who_fills_in_for_no_unit_can_do_nothing_by_a_link(house):
    for name in ("lead", "leader", "admin", "auditor"):
        with pytest.raises(Forbidden):
            link_call(house, "tasks", "who_am_i", name=name)


# ---- least privilege in the services --------------------------------------------------------------------------------

OPEN_BY_LINK = {
    "tasks": {
        *("who_am_i", "answer_together", "calendar_tables", "owed_duties", "get_duty"),
        *("remarks_of_duty", "whom_to_ask"),
        *("acknowledge_duties", "submit_duties", "reopen_duties", "reopen_duty", "note_progress"),
        *("report_blocker", "clear_blocker", "ask_waiver", "take_back_waiver", "ask_extension", "take_back_extension"),
    },
    "stats": {
        *("answer_together", "owed_submissions", "get_form", "submission_history"),
        *("save_submission", "submit_submission", "take_back_submission"),
    },
    "notifications": {"answer_together", "inbox", "get_message", "mark_read", "unread_count", "slips_of"},
}


@pytest.mark.parametrize("service", OPEN_BY_LINK)
def test_these_operations_are_open_by_a_link_and_every_other_says_to_sign_in(house, service):
    operations = {name: operation_of(method) for name, method in operations_of(type(house.services[service])).items()}
    assert {name for name, one in operations.items() if one.by_link} == OPEN_BY_LINK[service]

    for name, one in operations.items():
        if one.by_link or one.roles is None:
            continue
        with pytest.raises(Forbidden, match="Please sign in for this"):
            link_call(house, service, name)


def test_to_a_process_of_the_release_before_a_call_by_a_link_is_nobodys(house):
    envelope = Call({}, house.world.people["staff"], None, "test", by_link=True).as_dict()

    # It reads these two and knows no other.
    assert envelope["person_id"] is None
    assert Call.from_dict(envelope) == Call({}, house.world.people["staff"], None, "test", by_link=True)


def test_a_service_of_the_release_before_is_away_for_a_link_and_never_open(house, duty, monkeypatch):
    person = opened(house, a_link(house))
    read = Call.from_dict.__func__

    def as_before(cls, envelope):
        return read(cls, {name: value for name, value in envelope.items() if name != "by_link"})

    monkeypatch.setattr(Call, "from_dict", classmethod(as_before))

    assert person.open("/duties").status == 503
    assert "暂时连不上" in person.text
    assert "内容已保留" not in person.text


def test_a_refused_call_by_a_link_is_on_record_as_that(house):
    with pytest.raises(Forbidden):
        link_call(house, "tasks", "list_people")

    (row,) = fetch(house.databases["tasks"], "SELECT operation, post, reason FROM refusal")
    assert (row.operation, row.post) == ("list_people", f"填报员{BY_LINK}")


# ---- what makes a link worthless ------------------------------------------------------------------------------------


def test_a_forged_link_opens_nothing_and_is_counted(house):
    before = openings("unknown")

    for address in (FORGED, "/l/x", a_link(house)[:-1]):
        person = opened(house, address)
        assert person.status == 404
        assert "没有这个链接" in person.text
        assert person.open("/duties").path == "/sign-in"

    assert openings("unknown") == before + 3


def test_only_the_hash_of_a_token_is_kept_anywhere(house, caplog):
    address = a_link(house)
    opened(house, address).open("/duties")
    token = address.rpartition("/")[2]

    for database in house.databases.values():
        for rows in everything(database).values():
            assert not any(token in row for row in rows)
    assert token not in caplog.text
    assert not any(token in str(record.__dict__) for record in caplog.records)


def test_a_link_expires_while_it_is_open_too(house, monkeypatch):
    address = a_link(house)
    person = opened(house, address)
    later = clock.now() + dt.timedelta(days=14, seconds=1)
    house.services["notifications"].now = lambda: later

    assert person.open("/duties").path == "/sign-in"
    assert "链接已过期" in person.text
    again = opened(house, address)
    assert again.status == 410
    assert "链接已过期" in again.text


@pytest.mark.parametrize("whose", ["one", "post", "all", "own"])
def test_a_link_that_was_made_void_ends_at_the_next_click_and_nothing_typed_is_lost(house, duty, whose):
    address, other = a_link(house), a_link(house, "shendu")
    person = opened(house, address).open(f"/duties/{duty['duty_id']}")
    form = person.form("/note")
    staff, row = house.world.people["staff"], administrator(house, "list_links", page=1)["links"]
    if whose == "own":
        page = house.sign_in("staff")
        asked = Call({}, staff, uuid4(), "test")
        assert unwrap(house.services["notifications"].perform("void_own_links", asked.as_dict())) == {"links": 1}
        assert page.status == 200
    else:
        ids = {
            "one": {"link_id": next(one["link_id"] for one in row if one["person_id"] == staff)},
            "post": {"person_id": staff},
            "all": {"all": True},
        }[whose]
        done = administrator(house, "revoke_links", reason="邮件转发给了别人", **ids)
        assert done == {"links": 2 if whose == "all" else 1}

    person.send(form, text="写了一半的进展")
    assert person.status == 401
    assert "链接已作废" in person.text
    assert "写了一半的进展" in person.text
    # Signing in as the same person leads back to what was typed.
    person.send(person.form("/sign-in"), sign_in_name="staff", password=house.world.password)
    assert "写了一半的进展" in person.text
    assert opened(house, address).status == 410
    assert opened(house, other).status == (410 if whose == "all" else 200)
    # The next letter opens again, whatever was made void before it.
    later = clock.now() + dt.timedelta(minutes=2)
    assert opened(house, a_link(house, now=later)).path == "/duties"


def test_a_link_dies_with_a_hand_over_at_once_although_notifications_has_not_heard_of_it(house, call):
    address = a_link(house)
    person = opened(house, address)
    version = call("get_person", {"person_id": house.world.people["staff"]}, as_="admin")["version"]
    call(
        "hand_over",
        {"person_id": house.world.people["staff"], "version": version, "name": "李新任"},
        as_="admin",
    )

    assert person.open("/duties").path == "/sign-in"
    assert "已移交给接任的人" in person.text
    assert opened(house, address).path == "/sign-in"
    house.deliver()
    late = opened(house, address)
    assert late.status == 410
    assert "已移交给接任的人" in late.text
    # The next holder gets links of his own.
    assert opened(house, a_link(house)).path == "/duties"


def test_a_link_dies_when_the_account_is_closed_or_moves_to_another_unit(house, call):
    address = a_link(house)
    person = opened(house, address)
    run(
        house.databases["tasks"],
        f"UPDATE person SET unit_id = {house.world.units['深渡镇']} WHERE id = {house.world.people['staff']}",
    )
    assert person.open("/duties").path == "/sign-in"
    assert "已调整到别的单位" in person.text

    run(
        house.databases["notifications"],
        f"UPDATE person SET unit_id = {house.world.units['深渡镇']} WHERE id = {house.world.people['staff']}",
    )
    assert "已调整到别的单位" in opened(house, address).text
    staff = house.world.people["staff"]
    run(house.databases["notifications"], f"UPDATE person SET is_active = false WHERE id = {staff}")
    assert "账号已停用" in opened(house, address).text


def test_a_link_that_is_left_alone_has_to_be_opened_again(house, monkeypatch):
    address = a_link(house)
    person = opened(house, address)
    now = clock.now()
    monkeypatch.setattr(by_link, "_now", lambda: int(now.timestamp()) + 16 * 60)

    assert person.open("/duties").path == "/sign-in"
    assert "重新点开消息里的链接" in person.text
    assert person.open(address).path == "/duties"


# ---- who looks without meaning to, and whom it meets ----------------------------------------------------------------


def test_a_robot_that_makes_previews_changes_nothing_in_any_database(house, duty):
    addresses = [a_link(house), FORGED]
    before = {name: everything(database) for name, database in house.databases.items()}

    for address in addresses * 2:
        for headers in ({}, {"User-Agent": "WeComBot/1.0", "X-Purpose": "preview", "Sec-Purpose": "prefetch"}):
            client = house.app.test_client()
            client.head(address, headers=headers)
            client.get(address, headers=headers, follow_redirects=True)

    assert {name: everything(database) for name, database in house.databases.items()} == before
    assert opened(house, addresses[0]).path == "/duties"


def test_an_opening_says_nothing_of_its_address_and_leaves_a_cookie_that_no_script_reads(house):
    answer = house.app.test_client().get(a_link(house))

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/duties"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert house.app.test_client().get(FORGED).headers["Referrer-Policy"] == "no-referrer"


def test_over_tls_the_cookie_travels_by_tls_alone(house, monkeypatch):
    monkeypatch.setitem(house.app.config, "SESSION_COOKIE_SECURE", True)

    answer = house.app.test_client().get(a_link(house), base_url="https://q.example")

    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_page_that_refuses_a_link_has_no_way_that_carries_the_token(house):
    address = a_link(house)
    administrator(house, "revoke_links", reason="误发", all=True)

    page = opened(house, address)

    assert page.status == 410
    assert address.rpartition("/")[2] not in page.response.get_data(as_text=True)


def test_where_somebody_else_is_signed_in_a_button_asks_first(house, duty):
    person = house.sign_in("shendu").open(a_link(house))

    assert person.path == "/link"
    assert "另一个岗位" in person.text
    assert "深渡镇" in person.open("/duties").text
    person.open("/link")
    person.send(person.form("/link/enter"))
    assert person.path == "/duties"
    assert "徽城镇" in person.text
    assert "凭链接打开" in person.text
    assert fetch(house.databases["portal"], "SELECT 1 FROM session") == []


def test_where_the_same_person_is_signed_in_the_link_takes_nothing_away(house):
    person = house.sign_in("head").open(a_link(house, "head"))

    assert person.path == "/duties"
    assert "凭链接打开" not in person.text
    assert person.open("/contact").status == 200


def test_a_link_over_another_link_asks_too(house):
    person = opened(house, a_link(house, "shendu")).open(a_link(house))

    assert person.path == "/link"
    assert "另一个岗位" in person.text


def test_what_is_not_open_by_a_link_leads_to_signing_in_and_back(house):
    person = opened(house, a_link(house))

    for address in ("/contact", "/stand-in", "/password", "/practices", "/figures", "/search?q=镇", "/difficulties"):
        person.open(address)
        assert person.status == 403, address
        assert "登录后才能办理" in person.text
    assert "back=%2Fdifficulties" in person.response.get_data(as_text=True)
    person.open("/sign-in?back=/contact")
    person.send(person.form("/sign-in"), sign_in_name="staff", password=house.world.password)
    assert person.path == "/contact"
    assert "凭链接打开" not in person.text


def test_leaving_ends_it_in_this_browser(house):
    address = a_link(house)
    person = opened(house, address)

    person.send(person.form("/sign-out"))

    assert person.path == "/sign-in"
    assert person.open("/duties").path == "/sign-in"
    assert person.open(address).path == "/duties"


def test_every_page_that_a_link_may_open_is_there(house):
    assert {rule.endpoint for rule in house.app.url_map.iter_rules()} >= by_link.PAGES


# ---- how often ------------------------------------------------------------------------------------------------------


@pytest.fixture
def anew(house):
    rate_limits.install(house.app, knows_clients=True)
    yield house.app
    rate_limits.install(house.app, knows_clients=True)


def got(house, address, client="192.0.2.1"):
    return house.app.test_client().get(address, environ_base={"REMOTE_ADDR": client})


def test_who_tries_tokens_is_stopped_and_a_good_link_still_opens_beside_them(house, anew):
    """A whole county may stand behind one address."""
    good = a_link(house)
    tried = [got(house, f"/l/{'C' * 41}{number:02}").status_code for number in range(21)]

    assert tried == [404] * 20 + [429]
    stopped = got(house, f"/l/{'D' * 43}")
    assert stopped.status_code == 429
    assert "过一分钟" in stopped.get_data(as_text=True)
    assert got(house, good).status_code == 303
    assert got(house, FORGED, "192.0.2.2").status_code == 404


def test_whoever_opens_good_links_is_not_counted_with_those_who_try(house, anew, monkeypatch):
    monkeypatch.setattr(rate_limits, "ASKED_PER_CLIENT", 10)
    addresses = [a_link(house), a_link(house, "shendu")]

    assert {got(house, address).status_code for address in addresses * 15} == {303}
    assert got(house, FORGED).status_code == 404


def test_of_very_many_tries_notifications_is_not_asked(house, anew, monkeypatch):
    monkeypatch.setattr(rate_limits, "ASKED_PER_CLIENT", 25)
    asked = []
    look_at = by_link.look_at
    monkeypatch.setattr(by_link, "look_at", lambda token: (asked.append(token), look_at(token))[1])

    statuses = [got(house, f"/l/{'E' * 41}{number:02}").status_code for number in range(40)]

    assert statuses == [404] * 20 + [429] * 20
    assert len(asked) == 25


def test_one_token_is_opened_thirty_times_a_minute_and_not_more(house, anew):
    address = a_link(house)

    statuses = [house.app.test_client().get(address).status_code for _ in range(31)]

    assert statuses == [303] * 30 + [429]


def test_behind_a_proxy_that_is_not_named_nobody_is_stopped_for_all(house, anew):
    rate_limits.install(house.app, knows_clients=False)

    for number in range(25):
        assert house.app.test_client().get(f"/l/{'B' * 40}{number}").status_code == 404


# ---- the administrator, and the holder ------------------------------------------------------------------------------


def test_the_administrator_sees_live_links_by_unit_and_makes_them_void_with_a_reason(house):
    address = a_link(house)
    a_link(house, "shendu")
    admin = house.sign_in("admin").open("/links")
    assert admin.text.index("徽城镇") < admin.text.index("深渡镇")
    assert "2 个岗位有能打开的" in admin.text
    assert by_link.hash_of(address.rpartition("/")[2]) not in admin.response.get_data(as_text=True)

    admin.send(next(form for form in admin.forms if "link_id" in dict(form.fields)), reason="")
    assert admin.status == 422
    assert "作废原因" in admin.text
    admin.send(next(form for form in admin.forms if "link_id" in dict(form.fields)), reason="邮件发错了人")
    assert "1 个链接已作废" in admin.text
    assert opened(house, address).status == 410
    (row,) = fetch(house.databases["notifications"], "SELECT revoked_by, why FROM link WHERE revoked_at IS NOT NULL")
    assert (row.revoked_by, row.why) == (house.world.people["admin"], "邮件发错了人")

    assert house.sign_in("staff").open("/links").status == 403


@pytest.mark.parametrize("name", ["staff", "head", "lead", "leader", "auditor"])
def test_nobody_but_the_administrator_manages_links(house, name):
    for operation, params in (
        ("list_links", {"page": 1}),
        ("revoke_links", {"reason": "x"}),
        ("ask_link_digits", {"asks_digits": True, "version": 0, "reason": "x"}),
    ):
        asked = Call(params, house.world.people[name], uuid4(), "test")
        with pytest.raises(Forbidden):
            unwrap(house.services["notifications"].perform(operation, asked.as_dict()))


def test_the_holder_makes_all_own_links_void_on_the_own_contact_page(house):
    address = a_link(house)
    run(
        house.databases["notifications"],
        "INSERT INTO contact (person_id, channel, address, language, verified_at) VALUES "
        f"({house.world.people['staff']}, 'mail', 'staff@huicheng.example', 'zh', now())",
    )
    house.services["notifications"].mail_server = object()
    person = house.sign_in("staff").open("/contact")

    person.send(person.form("/contact/void-links"))

    assert "1 个链接已作废" in person.text
    assert opened(house, address).status == 410


# ---- the last digits of the phone -----------------------------------------------------------------------------------


@pytest.fixture
def asking(house):
    """Digits are asked for, and the staff's post has a proven phone."""
    run(
        house.databases["notifications"],
        "INSERT INTO contact (person_id, channel, address, language, verified_at) VALUES "
        f"({house.world.people['staff']}, 'sms', '13800001234', 'zh', now())",
    )
    admin = house.sign_in("admin").open("/links")
    admin.send(admin.form("/links/ask-digits"), reason="")
    assert admin.status == 422
    admin.send(admin.form("/links/ask-digits"), reason="上级要求")
    assert "已保存" in admin.text
    return house


def test_with_the_digits_of_the_phone_a_link_opens_and_asks_no_more(asking):
    address = a_link(asking)
    person = opened(asking, address)
    assert person.path == "/link"
    assert person.open("/duties").path == "/sign-in"

    person.open(address).send(person.form("/link/digits"), digits="9999")
    assert person.status == 422
    assert "后四位不符" in person.text
    person.send(person.form("/link/digits"), digits="1234")
    assert person.path == "/duties"
    assert person.open(address).path == "/duties"
    # In another browser they are asked for again; a post without a phone is not asked.
    assert opened(asking, address).path == "/link"
    assert opened(asking, a_link(asking, "shendu")).path == "/duties"


def test_five_wrong_digits_make_a_link_void(asking):
    address = a_link(asking)
    person = opened(asking, address)

    for _ in range(5):
        person.send(person.form("/link/digits"), digits="0000")

    assert person.status == 410
    assert "链接已作废" in person.text
    assert opened(asking, address).status == 410


def test_the_same_attempt_sent_twice_is_one(asking):
    person = opened(asking, a_link(asking))
    form = person.form("/link/digits")

    for _ in range(6):
        person.send(form, digits="0000")
        assert person.status == 422
    (row,) = fetch(asking.databases["notifications"], "SELECT wrong_digits FROM link")

    assert row.wrong_digits == 1


def test_two_decisions_on_digits_at_once_the_second_is_told(asking):
    admin = asking.sign_in("admin").open("/links")
    form = admin.form("/links/ask-digits")
    other = asking.sign_in("admin").open("/links")
    other.send(other.form("/links/ask-digits"), reason="先改的")

    admin.send(form, reason="后改的")

    assert admin.status == 409


# ---- what takes signing in ---------------------------------------------------------------------------------------

WAYS = re.compile(r'(href|action|formaction)="([^"#?]*)')


def ways_of(house, person):
    """The endpoints that a page leads to: by links, forms and buttons that send a form elsewhere."""
    urls = house.app.url_map.bind("localhost")
    found = set()
    for kind, path in WAYS.findall(person.response.get_data(as_text=True)):
        if not path.startswith("/"):
            assert not path or path.startswith("tel:"), path
            continue
        methods = ("GET",) if kind == "href" else ("POST", "GET")
        found.add(next(endpoint for method in methods if (endpoint := matched(urls, path, method))))
    return found


def matched(urls, path, method):
    try:
        return urls.match(path, method=method)[0]
    except MethodNotAllowed:
        return None


def test_no_page_of_a_link_shows_a_way_to_evidence_to_answering_a_remark_or_to_anything_it_may_not_do(house, call):
    """They take signing in, as one sentence says; a form that leads to it after typing would be a trap."""
    duty = a_duty(call, "徽城镇", evidence_rule="required")
    call("make_remark", {"item_id": duty["item_id"], "text": "抓紧办"}, as_="leader")
    house.deliver()
    staff = house.sign_in("staff").open(f"/duties/{duty['duty_id']}")
    staff.send(staff.form("/evidence"), files=[(io.BytesIO(jpeg()), "现场.jpg")])
    house.remind(clock.now())
    notifications = house.services["notifications"]
    learn(notifications, [received(OfferDecided(1, duty["unit"]["unit_id"], "published", "家门口的招聘会", "", 1))])
    house.remind(clock.now())
    (message,) = fetch(
        house.databases["notifications"],
        "SELECT id FROM message WHERE person_id = %s",
        (house.world.people["staff"],),
    )

    person = opened(house, a_link(house))
    here = f"/duties/{duty['duty_id']}"
    for page in ("/duties", here, "/inbox", f"/inbox/{message.id}", "/help"):
        person.open(page)
        assert person.status == 200, page
        assert ways_of(house, person) <= by_link.PAGES, page
    assert "抓紧办" in person.open(here).text
    assert "现场.jpg" in person.text
    assert "登录后添加或下载证明材料" in person.text
    assert "家门口的招聘会" in person.open(f"/inbox/{message.id}").text
    # Nor does a page that comes back with what was wrong.
    for form in [one for one in person.open(here).forms if one.action and one.action.startswith("/duties/")]:
        person.open(here).send(form)
        assert ways_of(house, person) <= by_link.PAGES, form.action
    boxes = [("duties", f"{duty['duty_id']}:{read(call, duty)['version']}")]
    person.open("/duties").send(person.form("/duties/done"), boxes=boxes)
    assert ways_of(house, person) <= by_link.PAGES
    for name in ("tasks", "stats", "notifications"):
        assert fetch(house.databases[name], "SELECT operation FROM refusal WHERE operation LIKE '%%evidence%%'") == []


def test_a_form_of_a_report_opened_by_link_leads_nowhere_else_either(house):
    stats = house.services["stats"]
    stats.today = lambda: TODAY
    unit_id = house.world.units["徽城镇"]
    made = a_round(stats.database, unit_id)
    person = opened(house, a_link(house))

    for page in (f"/submissions/{made.submissions[unit_id]}", f"/submissions/{made.submissions[unit_id]}/history"):
        person.open(page)
        assert person.status == 200, page
        assert ways_of(house, person) <= by_link.PAGES, page
