"""Robots and short messages on a real PostgreSQL and a real provider: proven, within the limits, nobody held up."""

import datetime as dt
import re
import threading
from dataclasses import replace

import pytest

from services.notifications.delivery import measuring
from services.notifications.delivery.store import LEASE
from services.notifications.reminding.policy import Stage
from services.notifications.reminding.store import Line, add_lines, open_messages
from services.notifications.service import NotificationsService
from shared.accounts import Channels
from shared.errors import Invalid
from tests.support.checklists import fetch, run
from tests.support.notifications import learn, sweep
from tests.support.robots import DINGTALK_PATH, FEISHU_PATH, SMS_PATH, WECOM_PATH
from tests.support.stats import HUICHENG, NOON, PEOPLE, TODAY, a_duty, call, issued, received

STAFF = PEOPLE["staff"][0]
# Five minutes past the hour at the provider that is crowded on it.
SETTLED = NOON + dt.timedelta(minutes=11)
NEXT_MONTH = dt.date(2026, 7, 10)


@pytest.fixture
def speaking(notifications, there):
    notifications.channels = there.channels
    notifications.pages_url = "https://q.example"
    notifications.now = lambda: SETTLED
    return notifications


def contact(service, channel, address, person_id=STAFF):
    statement = "INSERT INTO contact (person_id, channel, address, language, verified_at) VALUES (%s, %s, %s, 'zh', %s)"
    run(service.database, statement, (person_id, channel, address, NOON - dt.timedelta(days=1)))


def people(service, count):
    """Posts of the town beside those of the example."""
    for number in range(count):
        values = (100 + number, HUICHENG, ["unit_staff"])
        columns = "id, unit_id, roles, is_active, version, post"
        run(service.database, f"INSERT INTO person ({columns}) VALUES (%s, %s, %s, true, 1, '岗')", values)
        yield 100 + number


def owe(service, *duty_ids, at=NOON, due_on=NEXT_MONTH):
    duties = [a_duty(one, due_on, period=f"2026-{one}") for one in duty_ids]
    learn(service, [received(issued(HUICHENG, *duties), at=at)])
    sweep(service, at)


def turn(service, at):
    service.now = lambda: at
    service.deliver()
    service.speak()


def ledger(service):
    found = fetch(service.database, "SELECT channel, state, tries, why, account, segments FROM delivery ORDER BY id")
    return [tuple(one) for one in found]


def own(service, channel, as_="staff"):
    found = call(service, "own_contact", as_=as_)["channels"]
    return next(one for one in found if one["channel"] == channel)


@pytest.mark.parametrize(
    ("channel", "address", "path"),
    [
        ("sms", "139 0000-0000", SMS_PATH),
        ("wecom", "就业工作群", WECOM_PATH),
        ("dingtalk", "乡镇群", DINGTALK_PATH),
        ("feishu", "部门群", FEISHU_PATH),
    ],
)
def test_a_channel_is_used_once_the_code_that_came_was_typed_in(speaking, there, channel, address, path):
    call(speaking, "enter_contact", {"channel": channel, "address": address, "language": "zh"}, as_="staff")
    speaking.speak()
    assert (own(speaking, channel)["is_proven"], own(speaking, channel)["code"]["state"]) == (False, "sent")
    code = re.search(r"验证码：?(\d{6})", there.said(path)[0])

    proven = {"channel": channel, "code": code[1]}
    assert call(speaking, "prove_contact", proven, as_="staff")["complaint"] is None
    call(speaking, "send_test", {"channel": channel}, as_="staff")
    speaking.speak()

    assert own(speaking, channel)["is_proven"]
    assert own(speaking, channel)["test"]["state"] == "sent"
    assert own(speaking, channel)["test"]["answer"].startswith("0 ")
    assert "测试" in there.said(path)[1]
    if channel == "sms":
        assert there.posted[0].json["mobile"] == own(speaking, channel)["address"] == "13900000000"
    else:
        assert there.said(path)[0].startswith(("徽城镇", "【清单】徽城镇"))


def test_what_is_planned_for_one_channel_outlives_the_removal_of_another(speaking, there):
    for channel, address in (("wecom", "就业工作群"), ("sms", "13900000000")):
        call(speaking, "enter_contact", {"channel": channel, "address": address, "language": "zh"}, as_="staff")

    answer = call(speaking, "remove_contact", {"channel": "wecom"}, as_="staff")
    speaking.speak()

    assert {one["channel"]: one["address"] for one in answer["channels"]}["sms"] == "13900000000"
    assert (there.said(WECOM_PATH), len(there.said(SMS_PATH))) == ([], 1)


@pytest.mark.parametrize(
    ("channel", "address", "words"),
    [
        *(("sms", typed, "手机号码") for typed in ("", "1390000000", "139000000000", "02012345678", "+1 2025550100")),
        ("wecom", "部门群", "没有这个群机器人"),
        ("feishu", "https://evil.example/hook", "没有这个群机器人"),
    ],
)
def test_what_is_no_address_is_refused_in_words(speaking, channel, address, words):
    with pytest.raises(Invalid) as raised:
        call(speaking, "enter_contact", {"channel": channel, "address": address, "language": "zh"}, as_="staff")

    assert words in raised.value.details["fields"]["address"]["zh"] or not address


def test_a_channel_that_is_not_set_up_says_so(speaking):
    speaking.channels = Channels()

    assert own_channels(speaking) == []
    with pytest.raises(Invalid, match="This channel is not set up"):
        call(speaking, "enter_contact", {"channel": "sms", "address": "13900000000", "language": "zh"}, as_="staff")


def own_channels(service):
    return [one["channel"] for one in call(service, "own_contact", as_="staff")["channels"]]


def test_one_message_of_the_day_goes_by_each_channel_and_names_the_unit(speaking, there):
    everywhere = (("wecom", "就业工作群"), ("dingtalk", "乡镇群"), ("feishu", "部门群"), ("sms", "13900000000"))
    for channel, address in everywhere:
        contact(speaking, channel, address)
    owe(speaking, 1, 2)

    for minutes in (0, 11, 12, 60):
        turn(speaking, NOON + dt.timedelta(minutes=minutes))

    assert [(channel, state) for channel, state, *_ in sorted(ledger(speaking))] == [
        (channel, "sent") for channel in ("dingtalk", "feishu", "sms", "wecom")
    ]
    [text] = there.said(WECOM_PATH)
    assert text == (
        "徽城镇｜清单提醒：共 2 项\n"
        "1. 【新下发】建成一个创业园（2026-1），2026-07-10 到期\n"
        "2. 【新下发】建成一个创业园（2026-2），2026-07-10 到期\n"
        "请登录办理：https://q.example"
    )
    assert there.said(SMS_PATH) == ["【歙县就业办】徽城镇有2项清单提醒，其中0项已逾期，请登录清单系统办理。"]
    sms = next(one for one in ledger(speaking) if one[0] == "sms")
    assert sms[4:] == ("县短信平台", 1)
    shown = call(speaking, "list_deliveries", {"page": 1}, as_="admin")["deliveries"]
    [listed] = [one for one in shown if one["segments"]]
    assert (listed["account"], listed["segments"], listed["answer"]) == ("县短信平台", 1, "0 OK")


def test_a_long_digest_is_cut_by_whole_lines_to_what_the_robot_takes(speaking, there):
    contact(speaking, "wecom", "就业工作群")
    owe(speaking, *range(1, 61))
    turn(speaking, NOON)
    turn(speaking, SETTLED)

    [text] = there.said(WECOM_PATH)
    lines = text.split("\n")
    left_out = int(re.search(r"另有 (\d+) 项", lines[-2])[1])
    assert 1900 < len(text.encode()) <= 2048
    assert left_out + len(lines) - 3 == 60
    assert ledger(speaking)[0][1] == "sent"


def test_at_most_twenty_go_in_a_minute_and_the_rest_when_there_is_room(speaking, there):
    for person_id in people(speaking, 45):
        contact(speaking, "wecom", "就业工作群", person_id)
    owe(speaking, 1)
    turn(speaking, NOON)
    counts = []
    for seconds in range(0, 240, 10):
        turn(speaking, SETTLED + dt.timedelta(seconds=seconds))
        counts.append(len(there.posted))

    assert counts[0] == counts[6] == 20
    assert counts[7] == 40
    assert counts[-1] == 45
    assert {(state, tries) for _, state, tries, *_ in ledger(speaking)} == {("sent", 1)}


def test_two_replicas_at_once_keep_the_limit_together_and_send_each_message_once(speaking, there):
    for person_id in people(speaking, 45):
        contact(speaking, "dingtalk", "乡镇群", person_id)
    owe(speaking, 1)
    turn(speaking, NOON)
    other = NotificationsService(speaking.database)
    other.channels, other.now = speaking.channels, lambda: SETTLED
    speaking.now = lambda: SETTLED
    threads = [threading.Thread(target=one.speak) for one in (speaking, other, speaking, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(there.posted) == 20
    assert sorted(state for _, state, *_ in ledger(speaking)) == ["planned"] * 25 + ["sent"] * 20


def test_a_full_account_a_slow_one_and_one_that_is_away_hold_nobody_up(speaking, there, box):
    """Mail has a tick of its own; among the others the one that was silent longest comes first."""
    gone = replace(there.dingtalk, endpoint=replace(there.dingtalk.endpoint, url="https://localhost:9/robot/send"))
    speaking.channels = Channels((there.wecom, gone, there.feishu), there.gateway)
    speaking.mail_server = box.server
    there.slow_paths[FEISHU_PATH] = 1
    for person_id in people(speaking, 25):
        contact(speaking, "wecom", "就业工作群", person_id)
        contact(speaking, "dingtalk", "乡镇群", person_id)
        contact(speaking, "feishu", "部门群", person_id)
    contact(speaking, "sms", "13900000000")
    contact(speaking, "mail", "staff@huicheng.example")
    owe(speaking, 1)
    turn(speaking, NOON)
    turn(speaking, SETTLED)

    of_channel = {(channel, state) for channel, state, *_ in ledger(speaking)}
    assert len(box.received) == 1
    assert {("sms", "sent"), ("mail", "sent"), ("wecom", "sent"), ("feishu", "sent")} <= of_channel
    assert len(there.said(SMS_PATH)) == 1
    tried = [one for one in ledger(speaking) if one[0] == "dingtalk" and one[2]]
    assert [(state, tries) for _, state, tries, *_ in tried] == [("planned", 1)]


def test_an_account_that_says_too_fast_is_left_alone_as_long_as_it_says(speaking, there):
    for person_id in people(speaking, 3):
        contact(speaking, "dingtalk", "乡镇群", person_id)
    owe(speaking, 1)
    turn(speaking, NOON)
    there.answer = 200, {}, b'{"errcode": 410100, "errmsg": "send too fast"}'
    turn(speaking, SETTLED)
    assert len(there.posted) == 1
    there.answer = None

    turn(speaking, SETTLED + dt.timedelta(minutes=9, seconds=59))
    assert len(there.posted) == 1
    turn(speaking, SETTLED + dt.timedelta(minutes=10))

    assert [(state, tries) for _, state, tries, *_ in sorted(ledger(speaking))] == [
        ("sent", 1), ("sent", 1), ("sent", 2)]  # fmt: skip


def test_an_account_that_fails_again_and_again_is_asked_ever_less_often(speaking, there):
    for person_id in people(speaking, 60):
        contact(speaking, "wecom", "就业工作群", person_id)
    owe(speaking, 1)
    turn(speaking, NOON)
    there.answer = 500, {}, b""
    for seconds in range(0, 1200, 10):
        turn(speaking, SETTLED + dt.timedelta(seconds=seconds))

    # At 0 s, and after 30, 60, 120, 240 and 480 s more each.
    assert len(there.posted) == 6
    there.answer = None
    turn(speaking, SETTLED + dt.timedelta(minutes=30))
    assert fetch(speaking.database, "SELECT failures FROM channel_account WHERE name = '就业工作群'")[0].failures == 0


def test_to_feishu_nothing_goes_into_the_crowded_minute(speaking, there):
    contact(speaking, "feishu", "部门群")
    owe(speaking, 1)
    turn(speaking, NOON)
    for at in (NOON + dt.timedelta(minutes=29, seconds=50), NOON + dt.timedelta(minutes=30, seconds=59)):
        turn(speaking, at)
        assert there.posted == []

    turn(speaking, NOON + dt.timedelta(minutes=31))

    assert len(there.posted) == 1


def test_a_message_that_may_have_come_is_not_sent_again_and_the_next_says_so(speaking, there):
    contact(speaking, "wecom", "就业工作群")
    owe(speaking, 1)
    turn(speaking, NOON)
    there.breaks = "reset"
    for minutes in (0, 5, 120):
        turn(speaking, SETTLED + dt.timedelta(minutes=minutes))
    assert [one[1] for one in ledger(speaking)] == ["unknown"]
    assert len(there.posted) == 1

    there.breaks = ""
    turn(speaking, NOON + dt.timedelta(days=1))
    turn(speaking, SETTLED + dt.timedelta(days=1))

    assert [one[1] for one in ledger(speaking)] == ["unknown", "sent"]
    assert "可能重复" in there.said(WECOM_PATH)[1]


def test_a_sender_that_dies_leaves_an_unknown_one(speaking, there):
    contact(speaking, "wecom", "就业工作群")
    owe(speaking, 1)
    turn(speaking, NOON)
    speaking.now = lambda: SETTLED
    assert speaking.claim_message()

    turn(speaking, SETTLED + LEASE + dt.timedelta(seconds=1))

    assert [one[1] for one in ledger(speaking)] == ["unknown"]
    assert there.posted == []


def test_what_waits_for_a_robot_that_is_gone_is_cancelled_and_nothing_more_is_planned(speaking, there):
    contact(speaking, "wecom", "就业工作群")
    owe(speaking, 1)
    turn(speaking, NOON)
    speaking.channels = Channels((there.feishu, replace(there.wecom, name="新群")))

    turn(speaking, SETTLED + dt.timedelta(minutes=5))
    assert ledger(speaking)[0][1] == "planned"
    for minutes in (11, 24 * 60, 24 * 60 + 11):
        turn(speaking, SETTLED + dt.timedelta(minutes=minutes))

    assert [one[:4] for one in ledger(speaking)] == [("wecom", "cancelled", 0, "no_account")]
    assert own(speaking, "wecom")["address"] == "就业工作群"


def test_all_contacts_are_planned_whatever_the_size_of_a_turn(speaking, there):
    """A person with several channels does not fall between two turns."""
    for person_id in people(speaking, 3):
        contact(speaking, "sms", "13900000000", person_id)
        contact(speaking, "wecom", "就业工作群", person_id)
        run(speaking.database, "UPDATE contact SET rhythm = 'urgent' WHERE channel = 'sms'")
    owe(speaking, 1)
    speaking.now = lambda: NOON
    from services.notifications.delivery import planning

    after, turns = planning.FIRST, 0
    while after is not None:
        with speaking.database.transaction() as cur:
            after = planning.plan(cur, NOON, speaking.set_up.reach, after=after, limit=1)
        turns += 1

    assert [one[0] for one in ledger(speaking)] == ["wecom"] * 3
    assert turns == 7


def test_monitoring_tells_channels_apart(speaking, there):
    contact(speaking, "wecom", "就业工作群")
    contact(speaking, "sms", "13900000000")
    owe(speaking, 1)
    turn(speaking, NOON)
    there.answer = 400, {}, b""
    turn(speaking, SETTLED)
    run(speaking.database, "UPDATE delivery SET state = 'planned', not_before = %s WHERE channel = 'sms'", (SETTLED,))
    speaking.now = lambda: SETTLED + dt.timedelta(minutes=7)

    speaking.measure()

    assert measuring.DEAD.labels("wecom", "failed")._value.get() == 1
    assert measuring.DEAD.labels("mail", "failed")._value.get() == 0
    assert measuring.OLDEST.labels("sms")._value.get() == 420
    assert measuring.OLDEST.labels("mail")._value.get() == 0


def test_a_robot_says_no_secret_and_no_word_of_a_person(speaking, there):
    contact(speaking, "feishu", "部门群")
    owe(speaking, 1)
    turn(speaking, NOON)
    turn(speaking, SETTLED)

    assert "岗位" not in there.said(FEISHU_PATH)[0]
    found = fetch(speaking.database, "SELECT answer, account FROM delivery")
    assert not any(secret in str(found) for secret in there.feishu.secrets)


def stage(offset, *channels):
    audience = {"offset": offset, "audience": ["post"], "channels": list(channels)}
    return audience | {"zh": "请办理", "en": "Please do it"}


def test_a_stage_is_told_by_the_channels_that_its_policy_names(speaking, there):
    saved = {"scope": "all", "stages": [stage(0, "sms"), stage(1, "wecom")], "again": stage(5)}
    policy = saved | {"effective_from": NOON.date().isoformat(), "version": 0, "reason": "短信要花钱"}
    speaking.now = lambda: NOON
    found = call(speaking, "save_policy", policy, as_="lead")
    assert [one["channels"] for one in found["in_force"]["stages"]] == [["sms"], ["wecom"]]
    assert found["in_force"]["again"]["channels"] == []
    contact(speaking, "wecom", "就业工作群")
    contact(speaking, "sms", "13900000000")
    owe(speaking, 1, due_on=NOON.date())
    owe(speaking, 2, due_on=NOON.date() - dt.timedelta(days=1))

    turn(speaking, NOON)
    turn(speaking, SETTLED)

    assert "共 1 项" in there.said(WECOM_PATH)[0]
    assert "2026-2" in there.said(WECOM_PATH)[0]
    assert "1项清单提醒，其中0项已逾期" in there.said(SMS_PATH)[0]


def test_what_is_urged_on_the_day_of_a_quiet_stage_goes_by_every_channel(speaking, there):
    contact(speaking, "wecom", "就业工作群")
    owe(speaking, 1)
    run(speaking.database, "UPDATE message_line SET channels = '{mail}'")
    turn(speaking, NOON)
    assert ledger(speaking) == []
    message = fetch(speaking.database, "SELECT id FROM message WHERE person_id = %s", (STAFF,))[0].id
    kept = "SELECT channels, by_mail FROM message_line WHERE message_id = %s"
    with speaking.database.transaction() as cur:
        add_lines(cur, [Line(message, 1, Stage.OVERDUE, channels=frozenset({"sms"}))], {})
    assert fetch(speaking.database, kept, (message,)) == [(["mail", "sms"], True)]
    with speaking.database.transaction() as cur:
        open_messages(cur, [STAFF], NOON, day=TODAY)
        add_lines(cur, [Line(message, 1, Stage.URGED)], {})

    turn(speaking, NOON)
    turn(speaking, SETTLED)

    assert fetch(speaking.database, kept, (message,)) == [(None, True)]
    assert len(there.said(WECOM_PATH)) == 1


def test_the_account_that_was_silent_longest_comes_first(speaking, there):
    """A slow one with much to say would use up the whole turn before another said its one thing."""
    slow = replace(there.dingtalk, name="一群")
    speaking.channels = Channels((slow, replace(there.wecom, name="二群")))
    there.slow_paths[DINGTALK_PATH] = 1.5
    for person_id in people(speaking, 6):
        contact(speaking, "dingtalk", "一群", person_id)
    contact(speaking, "wecom", "二群")
    owe(speaking, 1)
    turn(speaking, NOON)
    turn(speaking, SETTLED)

    assert len(there.said(WECOM_PATH)) == 1
    assert 0 < len(there.said(DINGTALK_PATH)) < 6
