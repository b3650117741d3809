import datetime as dt

import pytest

from services.portal import store
from services.portal.person import Person as PersonOfPortal
from services.portal.views import entry
from shared.errors import BrokerAway
from shared.text import Text
from tests.support.checklists import fetch
from tests.support.duties import a_duty, today
from tests.support.pages import Person

__all__ = ["today"]

IDLE = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(hours=12)


def touch(database, id_hash=b"one"):
    with database.transaction() as cur:
        return store.touch_session(cur, id_hash, idle=IDLE, longest=LONGEST)


def a_session(database, *, id_hash=b"one", idle_minutes=0, age_hours=0):
    with database.transaction() as cur:
        store.create_session(cur, id_hash, store.SignedIn(7, 0, None))
        cur.execute(
            "UPDATE session SET last_seen_at = now() - make_interval(mins => %s), created_at = now() - "
            "make_interval(hours => %s) WHERE id_hash = %s",
            (idle_minutes, age_hours, id_hash),
        )


def make_idle(database):
    with database.transaction() as cur:
        cur.execute("UPDATE session SET last_seen_at = now() - interval '16 minutes'")


def count(database):
    with database.transaction() as cur:
        cur.execute("SELECT count(*) FROM session")
        return cur.fetchone()[0]


def test_a_session_in_use_is_its_persons(portal_db):
    a_session(portal_db, idle_minutes=14, age_hours=11)

    assert touch(portal_db) == store.SignedIn(7, 0, None)


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(portal_db):
    a_session(portal_db, idle_minutes=16)

    assert touch(portal_db) is None


def test_a_session_ends_after_twelve_hours_however_busy(portal_db):
    a_session(portal_db, age_hours=13)

    assert touch(portal_db) is None


def test_using_a_session_keeps_it_alive(portal_db):
    a_session(portal_db, idle_minutes=14)
    touch(portal_db)

    with portal_db.transaction() as cur:
        cur.execute("SELECT now() - last_seen_at FROM session")
        assert cur.fetchone()[0] < dt.timedelta(minutes=1)


def test_the_table_knows_only_a_hash_of_what_the_cookie_carries(visit, portal_db):
    person = visit("staff")

    with person.client.session_transaction() as session:
        token = session["sid"]
    with portal_db.transaction() as cur:
        cur.execute("SELECT id_hash FROM session")
        assert token.encode() not in bytes(cur.fetchone()[0])


def test_signing_in_leads_to_the_page_of_the_role(visit):
    assert visit("staff").path == "/duties"
    assert visit("lead").path == "/checklists"
    assert visit("admin").path == "/units"


def test_signing_out_ends_the_session_for_good(visit, portal_db):
    person = visit("staff")
    with person.client.session_transaction() as session:
        token = session["sid"]

    person.send(person.form("/sign-out"))

    assert (person.path, count(portal_db)) == ("/sign-in", 0)
    with person.client.session_transaction() as session:
        session["sid"] = token
    assert person.open("/duties").path == "/sign-in"


def test_a_sign_out_is_on_record_and_works_when_it_cannot_be(visit, portal, portal_db, tasks_db, monkeypatch):
    person = visit("staff")
    person.send(person.form("/sign-out"))
    acts = [row.action for row in fetch(tasks_db, "SELECT action FROM audit_log ORDER BY id")]
    assert acts == ["person.signed_in", "person.signed_out"]

    again = visit("staff")
    form = again.form("/sign-out")
    monkeypatch.setattr(entry, "tell", away)
    again.send(form)
    assert (again.path, count(portal_db)) == ("/sign-in", 0)


def away(*_arguments, **_options):
    raise BrokerAway(Text("没有连上。", "Not reached."))


def test_a_wrong_password_is_refused_with_the_services_sentence(portal, world):
    person = Person(portal).sign_in("staff", "wrong words here")

    assert person.status == 401
    assert "不正确" in person.text


def test_a_refused_sign_in_is_read_in_another_language_and_leads_where_it_would_have(portal, world):
    person = Person(portal).open("/inbox")
    person.send(person.form("/sign-in"), sign_in_name="staff", password="wrong words here")

    person.send(person.form("/language/en"))

    assert '<html lang="en">' in person.response.text
    person.send(person.form("/sign-in"), sign_in_name="staff", password=world.password)
    assert person.path == "/inbox"


def test_an_account_locks_after_five_failures(portal, world):
    person = Person(portal)
    for _ in range(5):
        person.sign_in("staff", "wrong words here")

    person.sign_in("staff", world.password)

    assert (person.status, person.path) == (401, "/sign-in")


def test_a_closed_account_is_out_at_once(visit, tasks_db, portal_db):
    person = visit("staff")
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET is_active = false WHERE sign_in_name = 'staff'")

    assert person.open("/duties").path == "/sign-in"
    assert count(portal_db) == 0


def test_a_new_person_must_choose_a_password_before_anything_else(portal, world, tasks_db):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET must_change_password = true WHERE sign_in_name = 'staff'")
    person = Person(portal).sign_in("staff", world.password)

    assert person.open("/duties").path == "/password"
    person.send(person.form("/password"), old=world.password, new="ten green bottles 9", again="ten green bottles 9")

    assert person.path == "/duties"
    assert "密码已更改" in person.text


def test_a_change_of_password_ends_the_sessions_in_other_browsers(visit, world):
    here, there = visit("staff"), visit("staff")

    here.open("/password")
    here.send(here.form("/password"), old=world.password, new="ten green bottles 9", again="ten green bottles 9")

    assert there.open("/duties").path == "/sign-in"
    assert here.open("/duties").path == "/duties"


def test_two_different_new_passwords_are_told_beside_the_field(visit, world):
    person = visit("staff").open("/password")

    person.send(person.form("/password"), old=world.password, new="ten green bottles 9", again="ten green bottles 8")

    assert person.status == 422
    assert "两次输入的新密码不一样" in person.text


def test_what_was_typed_survives_an_idle_session(visit, portal_db, world, call):
    """The form comes back after signing in again, in whichever language, with the same command id: carried out once."""
    person = visit("lead").open("/checklists/new")
    form = person.form("/checklists/new")
    make_idle(portal_db)

    person.send(form, title="二〇二六年清单", year="2026")
    assert person.status == 401
    assert "已保留" in person.text
    person.send(person.form("/language/en"))
    person.send(person.form("/sign-in"), sign_in_name="lead", password=world.password)
    person.send(person.form("/language/zh"))
    again = person.form("/checklists/new")
    person.send(again)

    assert again.value("command_id") == form.value("command_id")
    titles = [one["title"] for one in call("list_checklists", as_="lead")["checklists"]]
    assert titles == ["二〇二六年清单"]


def test_what_one_person_typed_is_not_shown_to_another(visit, portal_db, world):
    person = visit("lead").open("/checklists/new")
    form = person.form("/checklists/new")
    make_idle(portal_db)
    person.send(form, title="秘密标题", year="2026")

    person.send(person.form("/sign-in"), sign_in_name="leader", password=world.password)

    assert "秘密标题" not in person.response.text


NOTE = "走访了三家企业，正在汇总"


def a_note(visit, call, today, sign_in_as="staff"):
    """A person with a note typed on a duty's page, the form, and what the duty's history says afterwards."""
    duty = a_duty(call)
    person = visit(sign_in_as).open(f"/duties/{duty['duty_id']}")

    def notes():
        history = call("get_duty", {"duty_id": duty["duty_id"]}, as_="lead")["history"]
        return [entry["text"] for entry in history if entry["text"]]

    return person, person.form("/note"), notes


def another_tab(person):
    """The same browser in another window."""
    tab = Person(person.client.application)
    tab.client = person.client
    return tab


def test_a_note_survives_a_sign_out_in_another_tab(visit, world, call, today):
    person, form, notes = a_note(visit, call, today)
    tab = another_tab(person).open("/duties")
    tab.send(tab.form("/sign-out"))

    person.send(form, text=NOTE)
    assert person.status == 401
    assert "已经退出登录" in person.text
    assert "没有操作" not in person.text
    assert NOTE in person.text
    person.send(person.form("/sign-in"), sign_in_name="staff", password=world.password)
    person.send(person.form("/note"))

    assert notes() == [NOTE]


def test_a_note_survives_signing_in_anew_in_another_tab(visit, world, call, today):
    person, form, notes = a_note(visit, call, today)
    tab = another_tab(person).open("/duties")
    tab.send(tab.form("/sign-out"))
    tab.sign_in("staff", world.password)

    person.send(form, text=NOTE)
    assert NOTE in person.text
    person.send(person.form("/note"))

    assert notes() == [NOTE]


def test_a_page_of_another_account_is_not_sent_in_this_ones_name_and_its_text_stays(visit, world, call, today):
    person, form, notes = a_note(visit, call, today)
    tab = another_tab(person).open("/duties")
    tab.send(tab.form("/sign-out"))
    tab.sign_in("admin", world.password)

    person.send(form, text=NOTE)

    assert "另一个账号" in person.text
    assert NOTE in person.text
    assert not [one for one in person.forms if one.action.endswith("/note")]
    assert notes() == []


def test_a_note_survives_a_change_of_password_elsewhere(visit, world, call, today):
    person, form, notes = a_note(visit, call, today)
    other = visit("staff").open("/password")
    other.send(other.form("/password"), old=world.password, new="ten green bottles 9", again="ten green bottles 9")

    person.send(form, text=NOTE)
    assert NOTE in person.text
    person.send(person.form("/sign-in"), sign_in_name="staff", password="ten green bottles 9")
    person.send(person.form("/note"))

    assert notes() == [NOTE]


def test_a_note_survives_a_password_that_was_reset_meanwhile(visit, world, call, today):
    person, form, notes = a_note(visit, call, today)
    password = call("reset_password", {"person_id": world.people["staff"]}, as_="admin")["password"]

    person.send(form, text=NOTE)
    assert "请先更改密码" in person.text
    assert NOTE in person.text
    again = person.form("/note")
    tab = another_tab(person).open("/password")
    tab.send(tab.form("/password"), old=password, new="ten green bottles 9", again="ten green bottles 9")
    person.send(again)

    assert notes() == [NOTE]


@pytest.fixture
def looked_up_before(monkeypatch):
    """Every request's person is as it was before the password was reset: the reset comes right after the look."""
    read = PersonOfPortal.from_dict
    monkeypatch.setattr(PersonOfPortal, "from_dict", lambda value: read(value | {"must_change_password": False}))


def test_a_note_survives_a_password_that_is_reset_while_it_is_sent(
    visit, world, call, today, tasks_db, looked_up_before
):
    person, form, notes = a_note(visit, call, today)
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET must_change_password = true WHERE sign_in_name = 'staff'")

    person.send(form, text=NOTE)

    assert person.status == 403
    assert "请先更改密码" in person.text
    assert NOTE in person.text
    assert notes() == []
    assert person.open("/duties").path == "/password"


def test_a_note_is_shown_when_the_account_was_closed_meanwhile(visit, call, today, tasks_db):
    person, form, notes = a_note(visit, call, today)
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET is_active = false WHERE sign_in_name = 'staff'")

    person.send(form, text=NOTE)

    assert person.status == 401
    assert NOTE in person.text
    assert notes() == []


def test_a_form_that_somebody_forged_is_refused_and_not_offered_again(visit, call, today):
    """A stranger's page can send fields, but not say whose page it was."""
    person, form, notes = a_note(visit, call, today)

    person.send(form, text=NOTE, csrf_token="wrong", page_of="wrong")

    assert person.status == 400
    assert not [one for one in person.forms if one.action.endswith("/note")]
    assert notes() == []
