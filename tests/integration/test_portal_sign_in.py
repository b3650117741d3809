"""Who tries passwords: strangers are slowed and lock nobody out, and no answer tells which names there are."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from services.portal import rate_limits
from services.portal.signing_in import attempts, measuring, store
from services.portal.signing_in.attempts import Attempt
from services.portal.signing_in.budgets import BUDGETS
from services.portal.signing_in.lane import CROWDED
from services.tasks.directory import passwords, signing_in
from shared.errors import TryAgain
from shared.text import Text
from tests.support.checklists import fetch, run
from tests.support.pages import Person

STRANGER, OTHER, HOME = "198.51.100.7", "203.0.113.9", "192.0.2.1"
NEW = "ten green bottles 9"


def at(portal, address=HOME):
    """Somebody at a browser of their own, at an address."""
    person = Person(portal)
    person.client.environ_base["REMOTE_ADDR"] = address
    return person


def guess(person, name, times=1, password="not the password"):
    return [answer_of(person.sign_in(name, password)) for _ in range(times)]


def answer_of(person):
    """All that tells one answer from another, but for what was typed and the number of the request."""
    alert = person.response.get_data(as_text=True).partition('role="alert"')[2].partition("</div>")[0]
    return person.status, alert, person.response.headers.get("Retry-After")


@pytest.fixture(autouse=True)
def _long_waits(monkeypatch):
    """Begun waits outlast the test, however busy the machine is; how long they are is `test_sign_in_budgets.py`'s."""
    for kind, budget in BUDGETS.items():
        monkeypatch.setitem(BUDGETS, kind, replace(budget, first=60.0))


@pytest.fixture
def hashed(monkeypatch):
    """How many passwords were compared."""
    compared = []
    real = passwords.is_right

    def counting(password_hash, password):
        compared.append(password)
        return real(password_hash, password)

    monkeypatch.setattr(passwords, "is_right", counting)
    return compared


def test_a_stranger_locks_nobody_out(portal, world):
    """Not in his own browser, nor in a new one elsewhere: however often the stranger tries, and again and again."""
    own = at(portal).sign_in("staff", world.password)
    own.send(own.form("/sign-out"))
    guess(at(portal, STRANGER), "staff", 30)

    assert own.sign_in("staff", world.password).path == "/duties"
    assert at(portal, OTHER).sign_in("staff", world.password).path == "/duties"


def test_many_strangers_at_once_do_not_keep_the_owner_out_of_his_browser(portal, world):
    own = at(portal).sign_in("staff", world.password)
    own.send(own.form("/sign-out"))
    for number in range(30):
        guess(at(portal, f"198.51.100.{number}"), "staff")

    assert at(portal, OTHER).sign_in("staff", world.password).status == 401
    assert own.sign_in("staff", world.password).path == "/duties"


def test_the_stranger_himself_is_slowed_and_the_right_password_is_not_looked_at(portal, world, hashed):
    stranger = at(portal, STRANGER)
    guess(stranger, "staff", 5)

    assert stranger.sign_in("staff", world.password).status == 401
    assert len(hashed) == 5
    assert "请等" in stranger.text


def test_an_unknown_name_a_wrong_password_and_too_early_are_answered_alike(portal, world, hashed):
    """Attempt by attempt, into the waits and through them: the same page, and as much hashing."""
    answers = {name: guess(at(portal, STRANGER), name, 8) for name in ("staff", "nobody-has-it")}
    of_each = len(hashed) // 2

    assert [status for status, _, _ in answers["staff"]] == [401] * 8
    assert without_seconds(answers["staff"]) == without_seconds(answers["nobody-has-it"])
    assert of_each == 5
    # The last failure that was looked at, and those that were not, have one sentence.
    assert len({alert for _, alert, _ in without_seconds(answers["staff"])[4:]}) == 1


def without_seconds(answers):
    """The answers but for how many seconds of a wait went by meanwhile."""
    return [(status, "".join(one for one in alert if not one.isdigit()), bool(wait)) for status, alert, wait in answers]


def test_a_closed_account_is_answered_as_a_name_that_nobody_has(portal, world, tasks_db):
    run(tasks_db, "UPDATE person SET is_active = false WHERE sign_in_name = 'staff'")

    closed = guess(at(portal), "staff", 1, world.password)

    assert closed == guess(at(portal), "nobody-has-it", 1)


def test_one_password_for_many_names_is_slowed(portal, world, hashed):
    stranger = at(portal, STRANGER)

    for number in range(40):
        guess(stranger, f"name-{number}")

    assert len(hashed) == 21
    assert stranger.sign_in("staff", world.password).status == 401
    # The neighbours of another address are not meant.
    assert at(portal, OTHER).sign_in("head", world.password).path == "/duties"


def test_whoever_signs_in_with_an_own_account_in_between_is_slowed_all_the_same(portal, world, hashed):
    stranger = at(portal, STRANGER)
    for number in range(40):
        guess(stranger, f"name-{number}")
        if number % 5 == 0:
            at(portal, STRANGER).sign_in("village", world.password)

    assert len([one for one in hashed if one != world.password]) < 25


def test_behind_a_proxy_that_nobody_named_only_names_are_counted(portal, world, hashed):
    rate_limits.install(portal, knows_clients=False)

    for number in range(30):
        guess(at(portal, HOME), f"name-{number}")

    assert len(hashed) == 30
    assert at(portal).sign_in("staff", world.password).path == "/duties"


def test_the_owner_has_a_budget_of_his_own(portal, world, hashed):
    own = at(portal).sign_in("staff", world.password)
    own.send(own.form("/sign-out"))
    hashed.clear()

    guess(own, "staff", 8)

    assert len(hashed) == 5
    assert own.sign_in("staff", world.password).status == 401
    assert at(portal, OTHER).sign_in("staff", world.password).path == "/duties"


def test_his_failures_are_forgotten_once_he_gets_in(portal, world, hashed):
    own = at(portal)
    for _ in range(3):
        guess(own, "staff", 4)
        own.sign_in("staff", world.password)
        assert own.path == "/duties"
        own.send(own.form("/sign-out"))


def known_cookie(person):
    return person.client.get_cookie("qingdan-known")


def locked_for_strangers(portal, name="staff"):
    for number in range(30):
        guess(at(portal, f"198.51.100.{number}"), name)


def test_a_browser_is_known_for_the_name_that_signed_in_and_no_other(portal, world):
    person = at(portal).sign_in("head", world.password)
    person.send(person.form("/sign-out"))
    locked_for_strangers(portal)

    assert person.sign_in("staff", world.password).status == 401
    assert person.sign_in("head", world.password).path == "/duties"


def test_several_people_of_one_computer_are_known_to_it(portal, world):
    person = at(portal)
    for name in ("staff", "head", "lead", "leader", "admin", "auditor"):
        person.sign_in(name, world.password)
        person.send(person.form("/sign-out"))
    locked_for_strangers(portal, "head")
    locked_for_strangers(portal, "staff")

    assert person.sign_in("head", world.password).path == "/duties"
    # It is one too many for the first of them.
    assert at(portal, OTHER).sign_in("staff", world.password).status == 401


def forged(value):
    """The cookie with the same content under no signature of ours, and with somebody else's content under it."""
    content, _, signature = value.rpartition(".")
    padded = base64.urlsafe_b64encode(json.dumps([["0" * 24, "x", "y", 2**31]]).encode()).decode()
    return [f"{content}.{signature[:-2]}AA", f"{padded}.{signature}", "x", "", content, value[::-1]]


def test_a_forged_cookie_is_worth_nothing(portal, world):
    person = at(portal).sign_in("staff", world.password)
    person.send(person.form("/sign-out"))
    locked_for_strangers(portal)

    for value in forged(known_cookie(person).value):
        person.client.set_cookie("qingdan-known", value)
        assert person.sign_in("staff", world.password).status == 401, value


def test_a_cookie_of_long_ago_is_worth_nothing(portal, world, monkeypatch):
    person = at(portal).sign_in("staff", world.password)
    person.send(person.form("/sign-out"))
    locked_for_strangers(portal)

    monkeypatch.setattr("services.portal.signing_in.browsers.LASTING", -measuring.WITHIN)

    assert person.sign_in("staff", world.password).status == 401


@pytest.mark.parametrize("how", ["reset", "change"])
def test_after_another_password_a_browser_is_a_stranger(portal, world, call, how, hashed):
    person = at(portal).sign_in("staff", world.password)
    person.send(person.form("/sign-out"))
    if how == "reset":
        call("reset_password", {"person_id": world.people["staff"]}, as_="admin")
    else:
        call("change_password", {"old": world.password, "new": NEW}, as_="staff")
    locked_for_strangers(portal)
    hashed.clear()

    assert person.sign_in("staff", NEW).status == 401
    assert hashed == []
    # And it is none of his own failures.
    assert not [row for row in counters(portal) if row.kind == "browser"]


def counters(portal):
    return fetch(portal.extensions["qingdan.database"], "SELECT kind, level FROM sign_in_counter WHERE level > 0")


def test_the_browser_in_which_the_password_is_changed_stays_known(portal, world):
    person = at(portal).sign_in("staff", world.password).open("/password")
    person.send(person.form("/password"), old=world.password, new=NEW, again=NEW)
    person.send(person.form("/sign-out"))
    locked_for_strangers(portal)

    assert person.sign_in("staff", NEW).path == "/duties"


def test_a_known_browser_lets_nobody_in(portal, world):
    person = at(portal).sign_in("staff", world.password)
    person.send(person.form("/sign-out"))

    assert person.open("/duties").path == "/sign-in"
    assert guess(person, "staff")[0][0] == 401


def test_attempts_at_the_same_time_do_not_slip_through_together(portal, world, hashed):
    people = [at(portal, STRANGER) for _ in range(12)]
    for person in people:
        person.open("/sign-in")

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda one: one.send(one.form("/sign-in"), sign_in_name="staff", password="x" * 12), people))

    assert len(hashed) == 5


def test_attempts_that_begin_and_succeed_at_the_same_time_wait_in_one_order(portal, world, portal_db):
    def enter(number):
        begun = attempts.begin(portal_db, attempts.of_stranger(b"k" * 32, f"staff{number % 3}", STRANGER))
        if isinstance(begun, Attempt):
            attempts.succeeded(portal_db, begun)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(enter, range(300)))


def test_a_counter_that_is_ended_meanwhile_is_counted_all_the_same(portal, world, portal_db):
    wanted = attempts.of_browser(b"k" * 32, "staff", "one")
    attempts.begin(portal_db, wanted)
    is_over = threading.Event()

    def end_waits():
        while not is_over.is_set():
            run(portal_db, "DELETE FROM sign_in_counter")

    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(end_waits)
        found = [attempts.begin(portal_db, wanted) for _ in range(100)]
        is_over.set()
        ending.result()

    # Where nobody ended them for a while, there is a wait.
    assert {len(one.keys) for one in found if isinstance(one, Attempt)} == {1}


def test_the_table_knows_neither_names_nor_addresses(portal, world, portal_db):
    guess(at(portal, STRANGER), "my secret word", 2)

    rows = fetch(portal_db, "SELECT t::text AS text FROM sign_in_counter AS t")
    assert len(rows) == 3
    assert not [row for row in rows if "secret" in row.text or STRANGER in row.text or b"secret".hex() in row.text]


def test_the_administrator_ends_a_wait(portal, world, tasks_db, visit):
    locked_for_strangers(portal)
    admin = visit("admin").open(f"/people/{world.people['staff']}")
    assert "有人多次输错这个登录名的密码" in admin.text

    admin.send(admin.form("/unlock"))

    assert "等待已解除" in admin.text
    assert "有人多次输错" not in admin.text
    assert at(portal, OTHER).sign_in("staff", world.password).path == "/duties"
    assert "person.unlocked" in [row.action for row in fetch(tasks_db, "SELECT action FROM audit_log")]


def test_spraying_is_seen_and_honest_mistakes_are_not(portal, world, portal_db):
    for name in ("staff", "head", "lead"):
        person = at(portal)
        guess(person, name)
        person.sign_in(name, world.password)
    measuring.measure(portal_db)
    assert measuring.SPRAYED._value.get() == 0

    for number in range(40):
        guess(at(portal, STRANGER), f"name-{number}")
    measuring.measure(portal_db)

    assert measuring.SPRAYED._value.get() == 21


def test_counters_go_when_they_are_old_and_not_before(portal, portal_db):
    guess(at(portal), "staff")
    with portal_db.transaction() as cur:
        assert store.ATTEMPTS.forget(cur, 2).deleted == 0
        cur.execute("UPDATE sign_in_counter SET counted_at = now() - interval '49 hours'")
        assert store.ATTEMPTS.forget(cur, 2).deleted == 3


def test_a_full_lane_is_told_at_once_and_keeps_the_name(portal, world, hashed):
    person = at(portal).open("/sign-in")
    fields = dict(person.form("/sign-in").fields) | {"sign_in_name": "staff", "password": world.password}

    person.took(person.client.post("/sign-in", data=fields, environ_overrides={CROWDED: True}))

    assert person.status == 503
    assert person.response.headers["Retry-After"]
    assert "请过几秒再试" in person.text
    assert person.form("/sign-in").value("sign_in_name") == "staff"
    assert world.password not in person.response.text
    assert hashed == []
    assert counters(portal) == []


def test_who_finds_no_turn_of_hashing_is_told_and_has_not_failed(portal, tasks, world, monkeypatch):
    def nobody_free(*_work):
        raise TryAgain(Text("没有空。", "None is free."))

    monkeypatch.setattr(tasks, "hashing", nobody_free)
    person = at(portal)
    for _ in range(6):
        person.sign_in("staff", world.password)

    assert person.status == 503
    assert person.form("/sign-in").value("sign_in_name") == "staff"
    monkeypatch.undo()
    assert person.sign_in("staff", world.password).path == "/duties"


def test_few_passwords_are_hashed_at_a_time(monkeypatch):
    running, most, gate = [], [], threading.Lock()

    def hash_one(n):
        with gate:
            running.append(n)
            most.append(len(running))
        threading.Event().wait(0.01)
        with gate:
            running.remove(n)

    turns = signing_in.Turns(lambda function, *args: function(*args), at_once=2)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: turns(hash_one, n), range(24)))

    assert max(most) == 2


def test_whoever_gets_no_turn_in_time_is_told_so(monkeypatch):
    monkeypatch.setattr(signing_in, "SERVICE", type("Short", (), {"password_turn": 0.01}))
    turns = signing_in.Turns(lambda function, *args: function(*args), at_once=1)
    entered, go_on = threading.Event(), threading.Event()

    def slow():
        entered.set()
        go_on.wait(10)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(turns, slow)
        assert entered.wait(10)
        with pytest.raises(TryAgain, match="signing in"):
            turns(lambda: None)
        go_on.set()
        held.result(10)
    turns(lambda: None)


def test_a_new_password_is_not_waited_for_where_the_lane_is_full(portal, world, hashed):
    person = at(portal).sign_in("staff", world.password)
    hashed.clear()
    person.open("/password")
    form = person.form("/password")
    person.client.environ_base[CROWDED] = True

    person.send(form, old=world.password, new=NEW, again=NEW)

    assert person.status == 503
    assert "密码没有改" in person.text
    assert hashed == []
