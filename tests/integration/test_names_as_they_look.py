"""Names, codes and passwords as people paste them: look-alikes are the same, in every way in and in what is stored."""

from collections import Counter
from pathlib import Path

import pytest

from services.tasks.directory import passwords
from services.tasks.directory.bootstrap import add_first_administrator
from shared.errors import Invalid, SignInRefused
from shared.typed_text import tidy, tidy_code
from tests.support.checklists import rewrite
from tests.support.duties import a_duty, do, today
from tests.support.pages import Person
from tests.support.tasks import ALL_TOWNSHIPS, MIGRATIONS, PASSWORD, TO_BE_FILLED, a_draft

__all__ = ["today"]

INVISIBLE_ONLY = "\u200b \ufeff\u3000\u00ad"


def the(call, kind, name):
    return next(one for one in call("list_units", as_="admin")[kind] if one["name"] == name)


def new_unit(call, **fields):
    unit = {"code": "341021102", "name": "北岸镇", "kind": "township", "aliases": [], "is_active": True}
    return call("save_unit", unit | fields, as_="admin")


def complaint_about(call, field, **fields):
    with pytest.raises(Invalid) as refusal:
        new_unit(call, **fields)
    return refusal.value.details["fields"][field]["zh"]


@pytest.mark.parametrize(
    "name",
    [
        *("徽\u200b城镇", "\ufeff徽城镇", "徽城镇\u00a0", "\u3000徽 城镇", "徽\u00ad城镇"),
        *("\u202e徽城镇\u202c", "徽\u200d城\u200c镇", "\u2067徽城镇\u2069"),
    ],
)
def test_a_look_alike_of_a_unit_is_no_other_unit(call, name):
    assert "徽城镇（341021100）" in complaint_about(call, "name", name=name)


def test_what_is_stored_is_what_is_seen(call):
    typed = {
        "code": " ３４１０２１-Ｄ９９\u200b",
        "name": "北岸\u200b镇\u3000（新）",
        "aliases": ["北 岸\u00a0镇", "北岸镇"],
    }

    unit = new_unit(call, **typed)

    assert (unit["code"], unit["name"], unit["aliases"]) == ("341021-D99", "北岸镇 （新）", ["北 岸 镇"])


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("3.41021E+11", "设为“文本”格式"),
        ("３．４１０２１Ｅ＋１１", "设为“文本”格式"),
        ("341021102.0", "设为“文本”格式"),
        ("341021 102", "不能有空格"),
        ("３４１０２１１００", "徽城镇（341021100）"),
        ("341021\x07102", "控制字符"),
        ("=1+1", "要以数字、字母或汉字开头"),
        ("@SUM(1)", "要以数字、字母或汉字开头"),
        ("－341021", "要以数字、字母或汉字开头"),
    ],
)
def test_what_is_no_code_of_its_own_is_refused_with_what_to_do(call, code, sentence):
    assert sentence in complaint_about(call, "code", code=code)


def test_an_other_name_belongs_to_one_unit_or_group_alone(call):
    save = {"aliases": ["徽城", "徽州古城"]}
    call("save_unit", the(call, "units", "徽城镇") | save, as_="admin")
    group = the(call, "groups", TO_BE_FILLED)
    kept = {name: group[name] for name in ("group_id", "name", "member_ids", "version")}
    call("save_group", kept | {"aliases": ["各主管部门"]}, as_="admin")

    assert "也是徽城镇（341021100）的别名" in complaint_about(call, "aliases", aliases=["徽 州古城"])
    assert "是深渡镇（341021101）的名称" in complaint_about(call, "aliases", aliases=["深渡\u200b镇"])
    assert "是徽城镇（341021100）的别名" in complaint_about(call, "name", name="徽城")
    assert f"已被单位组“{ALL_TOWNSHIPS}”使用" in complaint_about(call, "name", name=ALL_TOWNSHIPS)
    assert f"也是单位组“{TO_BE_FILLED}”的别名" in complaint_about(call, "aliases", aliases=["各主管部门"])


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ALL_TOWNSHIPS}, "name", f"单位组“{ALL_TOWNSHIPS}”"),
        ({"name": "徽\u200b城镇"}, "name", "徽城镇（341021100）"),
        ({"aliases": ["徽城镇"]}, "aliases", "徽城镇（341021100）"),
    ],
)
def test_a_group_is_called_like_no_unit_and_no_other_group(call, changes, field, sentence):
    group = the(call, "groups", TO_BE_FILLED)
    params = {name: group[name] for name in ("group_id", "name", "aliases", "member_ids", "version")}

    with pytest.raises(Invalid) as refusal:
        call("save_group", params | changes, as_="admin")

    assert sentence in refusal.value.details["fields"][field]["zh"]


@pytest.mark.parametrize("operation", ["report_blocker", "ask_waiver"])
def test_a_reason_that_nobody_sees_is_none(call, today, operation):
    duty = a_duty(call)

    with pytest.raises(Invalid) as refusal:
        do(call, operation, duty, reason=INVISIBLE_ONLY)

    assert refusal.value.details["fields"]["reason"]["zh"].startswith("请填写")


def test_a_note_that_nobody_sees_is_no_note(call, today):
    duty = a_duty(call)

    chosen = [{"duty_id": duty["duty_id"], "version": duty["version"]}]
    call("submit_duties", {"duties": chosen, "note": INVISIBLE_ONLY}, as_="staff")

    assert call("get_duty", {"duty_id": duty["duty_id"]}, as_="staff")["last_note"] is None


def test_a_title_is_kept_as_it_looks(call):
    draft = a_draft(call)

    title = "\u200b“３Ｄ打印”（试\u00ad点）\u3000\u3000工程"
    row = call("add_row", {"checklist_id": draft["checklist_id"], "title": title}, as_="lead")

    assert row["title"] == "“3D打印”（试点） 工程"


@pytest.mark.parametrize("typed", ["ｓｔａｆｆ", "\ufeffＳＴＡＦＦ\u00a0", "sta\u200bff", "\u3000staff\r\n"])
def test_a_sign_in_name_is_found_however_it_is_typed(call, world, typed):
    assert call("sign_in", {"name": typed, "password": PASSWORD})["person_id"] == world.people["staff"]


def test_a_sign_in_name_of_old_in_full_width_letters_still_signs_in_and_is_not_given_again(call, tasks_db, world):
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE person SET sign_in_name = 'ｓｔａｆｆ' WHERE sign_in_name = 'staff'")
    assert call("sign_in", {"name": "ｓｔａｆｆ", "password": PASSWORD})["person_id"] == world.people["staff"]

    with pytest.raises(Invalid) as refusal:
        call("save_person", a_newcomer(world, sign_in_name="staff"), as_="admin")

    assert set(refusal.value.details["fields"]) == {"sign_in_name"}


def a_newcomer(world, **fields):
    post = {"display_name": "王芳", "post": "股长", "unit_id": world.units["徽城镇"], "roles": ["unit_staff"]}
    return {"is_active": True, **post, **fields}


def test_an_account_is_kept_as_it_looks(call, world):
    person = a_newcomer(world, sign_in_name="Ｗａｎｇ\u200b", display_name="王\u3000芳")

    saved = call("save_person", person, as_="admin")

    assert (saved["sign_in_name"], saved["display_name"]) == ("wang", "王 芳")


@pytest.mark.parametrize("pasted", [f"\ufeff{PASSWORD}\u00a0\n", f"\u3000{PASSWORD}", PASSWORD.replace("e", "e\u200b")])
def test_a_password_signs_in_with_what_pasting_brought_along(call, world, pasted):
    assert call("sign_in", {"name": "staff", "password": pasted})["person_id"] == world.people["staff"]


def test_a_password_set_by_pasting_is_the_one_that_is_seen(call, world):
    call("change_password", {"old": f" {PASSWORD}\u200b", "new": "\ufeffseven green rivers 12\u00a0"}, as_="staff")

    assert call("sign_in", {"name": "staff", "password": "seven green rivers 12"})["person_id"] == world.people["staff"]


def test_a_password_that_was_kept_with_blanks_around_it_works_as_before(call, tasks_db, world):
    with tasks_db.transaction() as cur:
        kept = passwords.hash_password(" seven green rivers 12 ")
        cur.execute("UPDATE person SET password_hash = %s WHERE sign_in_name = 'staff'", (kept,))

    assert call("sign_in", {"name": "staff", "password": " seven green rivers 12 "})
    with pytest.raises(SignInRefused):
        call("sign_in", {"name": "staff", "password": "seven green rivers 12"})


@pytest.mark.parametrize("typed", ["wrong but long 1", " wrong but long 1\u200b", "\u200b"])
def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(call, monkeypatch, typed):
    compared = Counter()
    verify = type(passwords._hasher).verify

    def counting(self, kept, password):
        compared[name] += 1
        return verify(self, kept, password)

    monkeypatch.setattr(type(passwords._hasher), "verify", counting)
    for name in ("staff", "nobody"):
        with pytest.raises(SignInRefused):
            call("sign_in", {"name": name, "password": typed})

    assert compared["staff"] == compared["nobody"] > 0


MIGRATION = Path(MIGRATIONS) / "t0004.pre.names-as-they-look.sql"
STORED = {
    "徽城镇": ("\u200b徽城\u3000镇 ", ["徽\u00ad城", "徽 城", "徽城镇", "\ufeff"], " ３４１０２１１００"),
    "深渡镇": ("⻓陔乡（筹）", ["深渡\u00a0", "ＳＤ"], "341021101"),
    "石门乡": ("石门乡", ["石门乡人民政府"], "341021213"),
    "古关村": ("石门\u200b乡", ["古关"], "341021100201"),
}


def test_stored_names_are_mended_once_where_no_other_name_is_like_them(call, tasks_db, world):
    before = {name: the(call, "units", name)["version"] for name in STORED}
    with tasks_db.transaction() as cur:
        for name, (written, aliases, code) in STORED.items():
            values = (written, aliases, code, world.units[name])
            cur.execute("UPDATE unit SET name = %s, aliases = %s, code = %s WHERE id = %s", values)
        cur.execute("UPDATE unit_group SET name = '各乡镇\u200b人民政府' WHERE name = %s", (ALL_TOWNSHIPS,))

    for _ in range(2):
        with tasks_db.transaction() as cur:
            cur.execute(MIGRATION.read_text("utf-8"))

    units = {unit["unit_id"]: unit for unit in call("list_units", as_="admin")["units"]}
    found = {name: units[world.units[name]] for name in STORED}
    shown = {name: (unit["name"], unit["aliases"], unit["code"]) for name, unit in found.items()}
    assert shown == {
        "徽城镇": ("徽城 镇", ["徽城"], "341021100"),
        "深渡镇": ("长陔乡（筹）", ["深渡", "SD"], "341021101"),
        "石门乡": ("石门乡", ["石门乡人民政府"], "341021213"),
        "古关村": ("石门\u200b乡", ["古关"], "341021100201"),
    }
    assert {name: unit["version"] - before[name] for name, unit in found.items()} == {
        "徽城镇": 1, "深渡镇": 1, "石门乡": 0, "古关村": 0,
    }  # fmt: skip
    assert the(call, "groups", ALL_TOWNSHIPS)["version"] == 2
    with tasks_db.transaction() as cur:
        cur.execute("SELECT payload->>'name' FROM outbox WHERE type = 'unit.changed.v1' ORDER BY seq")
        assert {name for (name,) in cur.fetchall()} == {"徽城 镇", "长陔乡（筹）"}
    with pytest.raises(Invalid, match="belongs to"):
        call("save_unit", found["古关村"], as_="admin")


def test_the_migration_reads_each_name_a_few_times_however_many_there_are(tasks_db):
    names = 2 * 300
    with tasks_db.transaction() as cur:
        cur.execute(
            """
            INSERT INTO unit (code, name, kind, aliases)
            SELECT 't' || n, n || '号镇人民政府', 'township', ARRAY[n || '号镇'] FROM generate_series(1, 300) AS n
            """
        )
        cur.execute(MIGRATION.read_text("utf-8"))
        cur.execute("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables")
        assert cur.fetchone()[0] < 40 * names


def test_the_migration_mends_as_the_services_do(tasks_db):
    texts = [text for written, aliases, code in STORED.values() for text in (written, *aliases, code)]
    texts += ["Ⅱ\u2003组", "cafe\u0301", "⼈⺟\u202e社", "\U000e0101局\t\n处", "（）“”、；", "\ufe0f", "ｶﾞ①㎡"]
    with tasks_db.transaction() as cur:
        cur.execute(MIGRATION.read_text("utf-8"))
        for text in texts:
            cur.execute("SELECT pg_temp.tidied(%s), pg_temp.tidied_code(%s)", (text, text))
            assert cur.fetchone() == (tidy(text), tidy_code(text)), text


def test_the_first_administrator_can_sign_in_under_the_name_that_was_typed(call, tasks_db):
    rewrite(tasks_db, "TRUNCATE unit, unit_group, person CASCADE")
    with tasks_db.transaction() as cur:
        password = add_first_administrator(cur, "Ａｄｍｉｎ\u200b", "\ufeff歙\u3000县 ")

    person = call("sign_in", {"name": "admin", "password": password})

    assert (person["display_name"], person["unit"]["name"]) == ("Admin", "歙 县")


NEXT_STEP = "下一步：新增一个角色是“牵头单位”的人员"


@pytest.mark.parametrize("page", ["/people", "/units"])
def test_the_first_administrator_is_told_the_next_step_until_it_is_done(portal, tasks_db, page):
    rewrite(tasks_db, "TRUNCATE unit, unit_group, person CASCADE")
    with tasks_db.transaction() as cur:
        password = add_first_administrator(cur, "zhang", "歙县")
        cur.execute("UPDATE person SET must_change_password = false")
    person = Person(portal).sign_in("zhang", password)

    assert NEXT_STEP in person.open(page).text
    assert NEXT_STEP not in person.open(f"{page}?q=zhang&state=active").text
    rewrite(tasks_db, "UPDATE person SET roles = array_append(roles, 'lead_bureau')")
    assert NEXT_STEP not in Person(portal).sign_in("zhang", password).open(page).text


def test_where_there_are_people_the_administrator_is_told_no_first_step(visit):
    admin = visit("admin")

    assert NEXT_STEP not in admin.open("/people").text
    assert NEXT_STEP not in admin.open("/units").text


@pytest.mark.parametrize(
    ("name", "unit"), [("a b", "歙县"), ("\u200b", "歙县"), ("admin", "\u3000\u200b"), ("admin", "长" * 61)]
)
def test_a_first_administrator_whom_nobody_could_be_is_refused(tasks_db, name, unit):
    rewrite(tasks_db, "TRUNCATE unit, unit_group, person CASCADE")

    with tasks_db.transaction() as cur, pytest.raises(Invalid):
        add_first_administrator(cur, name, unit)
