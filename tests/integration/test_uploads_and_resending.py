"""What a page sends is read, however often it was sent before: a form's id belongs to what the form said."""

import io
import threading
import urllib.error
import urllib.request
from functools import partial
from uuid import uuid4

import openpyxl
import pytest

from services.portal.app import create_app
from services.portal.server import Listening, serve
from shared.calling.chunks import LARGEST_FILE
from shared.database import Database
from shared.errors import Conflict
from shared.process.readiness import Readiness
from tests.support.duties import a_duty, today
from tests.support.eventually import eventually
from tests.support.tasks import a_draft, save_row

__all__ = ["today"]

TWICE = "code,name,kind\n1,甲镇,township\n2,甲镇,township\n"
MENDED = "code,name,kind\n1,甲镇,township\n2,乙镇,township\n"
COLUMNS = (
    *("领域", "举措", "任务", "事项", "牵头单位", "配合单位", "完成时限", "周期"),
    *("每期截止日", "审核", "验收标准", "说明"),
)


def csv(text):
    return io.BytesIO(text.encode()), "units.csv"


def workbook(unit):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    book.active.append(COLUMNS)
    book.active.append(["甲", "乙", "丙", "丁", unit, None, "2026-06-30", "一次"])
    book.save(file := io.BytesIO())
    return io.BytesIO(file.getvalue()), "rows.xlsx"


def notice(text):
    return io.BytesIO(text.encode()), "notice.txt"


def no_file():
    """As a browser sends a form whose file was not chosen."""
    return io.BytesIO(), ""


def test_a_corrected_csv_is_read_on_the_page_that_refused_the_first(visit):
    person = visit("admin").open("/units/import")
    person.send(person.form("/units/import"), file=csv(TWICE))
    assert person.status == 422

    person.send(person.form("/units/import"), file=csv(MENDED))
    person.send(person.form("/confirm"))

    assert "新增 2 个单位" in person.text


def test_a_corrected_csv_is_read_on_the_page_that_the_browser_kept(visit):
    """Going back shows the first page with its first id."""
    person = visit("admin").open("/units/import")
    kept = person.form("/units/import")
    person.send(kept, file=csv(TWICE))

    person.open("/units/import").send(kept, file=csv(MENDED))
    person.send(person.form("/confirm"))

    assert "新增 2 个单位" in person.text


def test_a_corrected_workbook_is_read(visit, call):
    checklist_id = a_draft(call)["checklist_id"]
    person = visit("lead").open(f"/checklists/{checklist_id}/sheet")
    person.send(sheet_form(person), file=workbook("没有的单位"))
    assert "名录中没有" in person.text

    person.send(sheet_form(person), file=workbook("徽城镇"))
    person.send(person.form("/confirm"))

    assert "已导入" in person.text


def sheet_form(person):
    return [form for form in person.forms if (form.action or person.path).endswith("/sheet")][-1]


def test_a_corrected_notice_is_read(visit):
    person = visit("lead").open("/checklists/import")
    person.send(person.form("/checklists/import"), file=notice("\0\0\0"))
    assert person.status == 422

    person.send(person.form("/checklists/import"), file=notice("一、促进就业\n（一）开展培训。（牵头单位：徽城镇）\n"))

    assert "从通知中读出" in person.text


@pytest.mark.parametrize("signs", [250_000, 495_000])
def test_a_long_paste_is_read_as_a_file_is(visit, signs):
    person = visit("lead").open("/checklists/import")
    text = "一、促进就业\n（一）开展培训。（牵头单位：徽城镇）\n" + "培训的说明。" * 50 + "\n"

    person.send(
        person.form("/checklists/import"), pasted=text + ("说明" * 250 + "。\n") * (signs // 502), file=no_file()
    )

    assert "从通知中读出" in person.text


@pytest.mark.parametrize("signs", [600_000, 1_700_000])
def test_a_paste_that_is_too_long_is_refused_by_the_reader_and_stays_on_the_form(visit, signs):
    person = visit("lead").open("/checklists/import")
    text = ("青屏县说明" * 100 + "。\n") * (signs // 502)

    person.send(person.form("/checklists/import"), pasted=text, file=no_file())

    assert person.status == 422
    assert "正文超过 50 万字" in person.text
    assert "文件太大" not in person.text
    assert text.strip()[-2_000:] in person.form("/checklists/import").value("pasted").replace("\r\n", "\n")


def test_the_same_id_with_other_parameters_is_a_conflict_and_no_first_answer(call):
    row = a_draft(call)["rows"][-1]
    command_id = uuid4()
    under_one_id = partial(call, command_id=command_id)
    first = save_row(under_one_id, row, title="第一次")

    with pytest.raises(Conflict) as refused:
        save_row(under_one_id, row, title="第二次")

    assert refused.value.details["is_reused"] is True
    assert save_row(under_one_id, row, title="第一次") == first


def test_a_command_of_the_release_before_is_answered_as_it_was(call, tasks_db):
    command_id = uuid4()
    first = call("create_checklist", {"title": "甲", "year": 2026}, as_="lead", command_id=command_id)
    with tasks_db.transaction() as cur:
        cur.execute("UPDATE command SET asked = NULL WHERE id = %s", (str(command_id),))

    assert call("create_checklist", {"title": "甲", "year": 2026}, as_="lead", command_id=command_id) == first


def test_an_export_from_a_page_that_stayed_open_is_made_anew(visit, call):
    draft = a_draft(call)
    person = visit("lead").open(f"/checklists/{draft['checklist_id']}/sheet")
    form = person.form("/export")
    first = person.client.post(form.action, data=dict(form.fields)).headers["Location"]
    save_row(call, draft["rows"][-1], title="改过的事项")

    second = person.client.post(form.action, data=dict(form.fields)).headers["Location"]

    assert second != first
    sheet = openpyxl.load_workbook(io.BytesIO(person.client.get(second).data))["清单"]
    assert "改过的事项" in [cell.value for cell in sheet[2]]


def test_a_changed_form_sent_from_a_kept_page_is_asked_about_and_nothing_typed_is_lost(visit, call, today):
    duty = a_duty(call)
    person = visit("staff").open(f"/duties/{duty['duty_id']}")
    kept = person.form("/note")
    person.send(kept, text="第一句")

    person.send(kept, text="第二句，不一样")

    assert person.status == 409
    assert "第二句，不一样" in person.text
    person.send(person.form("/note"))
    notes = [entry["text"] for entry in call("get_duty", {"duty_id": duty["duty_id"]}, as_="staff")["history"]]
    assert notes[-2:] == ["第一句", "第二句，不一样"]


def test_a_file_above_the_limit_is_refused_before_any_of_it_is_sent_on(visit, tasks_db):
    person = visit("admin").open("/units/import")

    person.send(person.form("/units/import"), file=(io.BytesIO(b"x" * (LARGEST_FILE + 1)), "units.csv"))

    assert person.status == 422
    assert "最多 10 MB" in person.text
    with tasks_db.transaction() as cur:
        cur.execute("SELECT 1 FROM command WHERE operation = 'put_file'")
        assert cur.rowcount == 0


def test_the_limit_is_said_before_a_file_is_chosen(visit, call):
    checklist_id = a_draft(call)["checklist_id"]

    assert "最大 10 MB" in visit("admin").open("/units/import").text
    assert "最大 10 MB" in visit("lead").open("/checklists/import").text
    assert "最大 10 MB" in visit("lead").open(f"/checklists/{checklist_id}/sheet").text


@pytest.mark.parametrize("size", [LARGEST_FILE + 2_000_000, 40_000_000])
@pytest.mark.parametrize(("language", "said"), [("zh", "一次最多上传 10 MB"), ("en", "At most 10 MB")])
def test_whatever_is_larger_than_a_request_may_be_gets_a_page_of_ours(port, size, language, said):
    """The body is taken to its end first: who is cut off while sending sees no page at all."""
    database = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    app = create_app(None, database, secret=b"a long enough secret", secure_cookies=False)
    stopping = threading.Event()
    arguments = {"stopping": stopping, "readiness": Readiness([])}
    server = threading.Thread(target=serve, args=(app, Listening("127.0.0.1", port)), kwargs=arguments)
    server.start()
    try:
        cookie = eventually(lambda: the_cookie_of(port, language))
        address, headers = f"http://127.0.0.1:{port}/sign-in", {"Cookie": cookie}
        request = urllib.request.Request(address, data=b"x" * size, headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 413
        assert said in refused.value.read().decode()
    finally:
        stopping.set()
        server.join(20)


def the_cookie_of(port, language):
    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    address = f"http://127.0.0.1:{port}/language/{language}?back=/help"
    try:
        urllib.request.build_opener(NoRedirect).open(address, timeout=5)
    except urllib.error.HTTPError as found:
        return found.headers["Set-Cookie"].partition(";")[0]
    except OSError:
        return ""
