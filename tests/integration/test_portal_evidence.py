"""Evidence in the browser: added, listed, downloaded, removed; and whatever may be wrong with a file on its way."""

import datetime as dt
import hashlib
import io
import os
import re
import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from PIL import Image

from services.portal import security
from services.portal.app import create_app
from services.portal.evidence import cabinet as evidence
from services.portal.evidence import measuring
from services.portal.evidence.objects import Altered, at_address, in_folder
from services.portal.evidence.scanning import Scanner
from services.portal.evidence.sweeping import measure, sweep
from services.portal.server import Listening, serve
from shared.database import Database
from shared.delivery.inprocess import InProcess
from shared.errors import TryAgain
from shared.process.readiness import Readiness
from shared.process.settings import SettingError
from shared.process.settings import read as read_settings
from tests.support.checklists import fetch, run
from tests.support.duties import a_duty, read, submit, today
from tests.support.eventually import eventually
from tests.support.evidence import EICAR, docx, jpeg, pdf, xlsx
from tests.support.tasks import a_draft

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def cabinet(portal):
    return portal.extensions[evidence.EXTENSION]


@pytest.fixture
def duty(call):
    return a_duty(call)


@pytest.fixture
def staff(visit, duty):
    return visit("staff").open(f"/duties/{duty['duty_id']}")


def add(person, *files):
    """Send (content, name) each as a browser does."""
    sent = [(io.BytesIO(content), name) for content, name in files]
    return person.send(person.form("/evidence"), files=sent)


def address(call, duty, number=0):
    return f"/duties/{duty['duty_id']}/evidence/{read(call, duty)['evidence'][number]['evidence_id']}"


def download(person, path):
    return person.client.get(path)


def stored(cabinet_of):
    """The files that lie in the store, by their bytes."""
    folder = cabinet_of.objects._store.prefix
    return [
        open(os.path.join(at, name), "rb").read()  # noqa: PTH118, PTH123
        for at, _folders, names in os.walk(folder)
        for name in names
    ]


def refused(reason):
    return measuring.REFUSED.labels(reason)._value.get()


def test_several_files_are_added_at_once_and_listed_with_size_and_who(staff, call, duty):
    add(staff, (docx(), "纪要.docx"), (pdf(), "名单.pdf"), (jpeg(), "现场.jpg"))

    assert staff.status == 200
    assert "已添加“纪要.docx”" in staff.text
    shown = read(call, duty)["evidence"]
    assert [file["name"] for file in shown] == ["纪要.docx", "名单.pdf", "现场.jpg"]
    assert "1 KB · 徽城镇 填报员" in staff.text
    assert "3 个文件" in staff.text


def test_a_download_is_the_file_and_nothing_that_a_browser_runs(staff, call, visit, duty):
    add(staff, (pdf(), "名单.pdf"))

    answer = download(visit("lead"), address(call, duty))

    assert answer.data == pdf()
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment")
    assert f"filename*=UTF-8''{quote('名单.pdf')}" in headers["Content-Disposition"]
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_a_picture_comes_back_without_its_place(staff, call, duty, cabinet):
    add(staff, (jpeg(place=True, orientation=6), "IMG_0001.JPG"))

    answer = download(staff, address(call, duty))

    assert not Image.open(io.BytesIO(answer.data)).getexif()
    assert b"PhoneMaker" not in answer.data
    assert not any(b"PhoneMaker" in content for content in stored(cabinet))


@pytest.mark.parametrize("person", ["head", "lead", "leader", "auditor"])
def test_whoever_reads_the_duty_may_download(staff, call, visit, duty, person):
    add(staff, (pdf(), "名单.pdf"))

    assert download(visit(person), address(call, duty)).status_code == 200


@pytest.mark.parametrize(("person", "status"), [("shendu", 403), ("admin", 403)])
def test_nobody_else_may(staff, call, visit, duty, person, status):
    add(staff, (pdf(), "名单.pdf"))

    assert download(visit(person), address(call, duty)).status_code == status


def test_the_same_file_twice_is_kept_once_and_says_so(staff, call, duty, cabinet):
    add(staff, (pdf(), "名单.pdf"))
    staff.open(f"/duties/{duty['duty_id']}")

    add(staff, (pdf(), "另存为.pdf"))

    assert "之前已经添加，没有重复保存" in staff.text
    assert (read(call, duty)["files"], len(stored(cabinet))) == (1, 1)


def test_the_same_form_sent_twice_keeps_one_file(staff, call, duty, cabinet):
    form = staff.form("/evidence")
    for _ in range(2):
        staff.send(form, files=[(io.BytesIO(jpeg()), "现场.jpg")])

    assert (read(call, duty)["files"], len(stored(cabinet))) == (1, 1)


def test_a_file_is_removed_and_the_history_says_by_whom(staff, call, visit, duty, portal_db):
    add(staff, (pdf(), "名单.pdf"))
    path = address(call, duty)

    staff.send(staff.form("/remove-evidence"))

    assert "已删除“名单.pdf”" in staff.text
    assert "删除证明材料" in staff.text
    assert download(visit("lead"), path).status_code == 404
    assert [row.number for row in fetch(portal_db, "SELECT count(*) AS number FROM upload")] == [1]


def test_what_was_submitted_offers_downloads_and_neither_adding_nor_removing(staff, call, duty):
    add(staff, (pdf(), "名单.pdf"))
    form = staff.form("/evidence")
    submit(call, duty)

    staff.open(f"/duties/{duty['duty_id']}")
    assert address(call, duty) in staff.response.get_data().decode()
    assert not [one for one in staff.forms if one.action.endswith(("/evidence", "/remove-evidence"))]
    staff.send(form, files=[(io.BytesIO(jpeg()), "现场.jpg")])
    assert staff.status == 422
    assert "现在不能添加证明材料" in staff.text
    assert read(call, duty)["files"] == 1


def test_each_file_that_cannot_be_taken_is_named_and_the_others_are_added(staff, call, duty):
    add(staff, (pdf(), "名单.pdf"), (b"<svg onload=alert(1)>", "图.svg"), (b"", "空.pdf"))

    assert staff.status == 422
    assert "“图.svg”没有添加：这种文件不能作为证明材料" in staff.text
    assert "“空.pdf”没有添加：文件是空的" in staff.text
    assert [file["name"] for file in read(call, duty)["evidence"]] == ["名单.pdf"]


def test_a_refused_file_is_counted_by_its_reason_and_never_stored(staff, cabinet):
    before = refused("macros")

    add(staff, (docx(**{"word/vbaProject.bin": b"program"}), "宏.docx"))

    assert refused("macros") == before + 1
    assert stored(cabinet) == []


def test_sending_no_file_says_so(staff):
    staff.send(staff.form("/evidence"))

    assert staff.status == 422
    assert "请先选择文件" in staff.text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd.pdf"),
        ("C:/Users/张三/名单.pdf", "名单.pdf"),
        ("名单\u202efdp.exe", "名单fdp.exe.pdf"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
        ("%22><img src=x onerror=alert(1)>.pdf", "img src=x onerror=alert(1).pdf"),
    ],
)
def test_odd_names_are_made_safe(staff, call, duty, sent, shown):
    add(staff, (pdf(), sent))

    assert [file["name"] for file in read(call, duty)["evidence"]] == [shown]
    assert "<img" not in staff.response.get_data().decode()


def test_a_file_above_the_limit_is_refused_and_the_limit_is_said(portal, staff, cabinet, call, duty):
    evidence.install(portal, replace(cabinet, megabytes=1))
    try:
        add(staff, (pdf() + b" " * 1_000_001, "大.pdf"))

        assert "每个最多 1 MB" in staff.text
        assert (read(call, duty)["files"], stored(cabinet)) == (0, [])
    finally:
        evidence.install(portal, cabinet)


def test_an_eleventh_file_is_refused_and_leaves_nothing_in_the_store(staff, call, duty, cabinet):
    for number in range(10):
        add(staff, (pdf().replace(b"Count 0", b"Count %d" % number), f"{number}.pdf"))

    add(staff, (xlsx(), "多.xlsx"))

    assert "最多附 10 个" in staff.text
    assert (read(call, duty)["files"], len(stored(cabinet))) == (10, 10)


def test_a_file_that_was_altered_in_the_store_is_not_handed_out(staff, call, duty, cabinet):
    add(staff, (pdf(), "名单.pdf"))
    path = address(call, duty)
    file = call("get_evidence", {"duty_id": duty["duty_id"], "evidence_id": int(path.rpartition("/")[2])}, as_="staff")
    before = measuring.ALTERED._value.get()

    for other in (pdf().replace(b"Count 0", b"Count 9"), pdf() + b"more", None):
        if other is None:
            cabinet.objects.forget(UUID(file["key"]))
        else:
            cabinet.objects.put(UUID(file["key"]), other)
        answer = download(staff, path)
        assert (answer.status_code, b"%PDF" in answer.data) == (404, False)
        assert "丢失或被改动过" in answer.get_data(as_text=True)

    assert measuring.ALTERED._value.get() == before + 3


def test_an_item_that_needs_evidence_says_so_before_and_after_submitting_without(call, visit):
    duty = a_duty(call, evidence_rule="required")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    assert "要附证明材料才能提交" in staff.text

    staff.send(staff.form("/duties/done"), note="已办完")

    assert staff.status == 422
    assert "在本页“证明材料”处选好文件，点“上传”" in staff.text
    assert staff.form("/duties/done").value("note") == "已办完"
    add(staff, (pdf(), "名单.pdf"))
    staff.send(staff.form("/duties/done"))
    assert read(call, duty)["state"] == "accepted"


def test_a_note_that_was_typed_stays_while_files_come_and_go(call, visit):
    duty = a_duty(call, evidence_rule="required")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    upload = staff.form("/evidence")

    staff.send(upload, note="招聘会两场", files=[(io.BytesIO(b""), "空.pdf")])
    assert (staff.status, staff.form("/duties/done").value("note")) == (422, "招聘会两场")
    staff.send(upload, note="招聘会两场", files=[(io.BytesIO(pdf()), "名单.pdf")])
    assert "已添加“名单.pdf”" in staff.text
    assert staff.form("/duties/done").value("note") == "招聘会两场"
    staff.send(staff.form("/remove-evidence"), note="招聘会三场")
    assert "已删除“名单.pdf”" in staff.text
    staff.send(staff.form("/evidence"), note="招聘会三场", files=[(io.BytesIO(pdf()), "名单.pdf")])
    staff.send(staff.form("/duties/done"))

    assert read(call, duty)["last_note"] == "招聘会三场"


def test_among_ticked_ones_those_that_lack_evidence_are_named(call, visit):
    lacking, other = a_duty(call, evidence_rule="required"), a_duty(call)
    staff = visit("staff").open("/duties")
    assert staff.text.count("要附证明材料才能提交") == 1

    staff.send(
        staff.form("/duties/done"), boxes=[("duties", f"{one['duty_id']}:{one['version']}") for one in (lacking, other)]
    )

    assert "没有提交：要先附证明材料" in staff.text
    assert [read(call, one)["state"] for one in (lacking, other)] == ["issued", "accepted"]


def test_the_lead_bureaus_queue_says_how_many_files_there_are(call, visit):
    duty = a_duty(call, review_rule="all")
    staff = visit("staff").open(f"/duties/{duty['duty_id']}")
    add(staff, (pdf(), "名单.pdf"), (xlsx(), "表.xlsx"))
    submit(call, duty)

    assert "证明材料 2 个" in visit("lead").open("/review").text


def test_the_row_of_a_draft_says_whether_evidence_is_needed(call, visit):
    row = a_draft(call)["rows"][-1]
    lead = visit("lead").open(f"/rows/{row['row_id']}")

    lead.send(lead.form(f"/rows/{row['row_id']}"), evidence_rule="required")

    saved = call("get_row", {"row_id": row["row_id"]}, as_="lead")["row"]
    assert saved["evidence_rule"] == ("required" if row["level"] == 4 else "optional")


def test_an_upload_that_was_cut_short_goes_after_a_day_and_what_duties_have_stays(
    staff, call, duty, cabinet, tasks, portal_db
):
    add(staff, (pdf(), "名单.pdf"))
    kept = UUID(call("held_evidence", {"keys": keys(call, duty)}, as_=None)["keys"][0])
    orphan = uuid4()
    for key in (kept, orphan):
        cabinet.note(key)
    cabinet.objects.put(orphan, b"cut short")
    caller = InProcess({"tasks": tasks})
    assert sweep(cabinet, caller) == 0

    run(portal_db, "UPDATE upload SET begun_at = now() - interval '25 hours'")
    measure(cabinet)
    assert (measuring.UNSETTLED._value.get(), measuring.OLDEST._value.get() > 24 * 3600) == (2, True)

    assert sweep(cabinet, caller) == 1
    assert stored(cabinet) == [pdf()]
    measure(cabinet)
    assert (measuring.UNSETTLED._value.get(), measuring.OLDEST._value.get()) == (0, 0)


def test_the_bytes_of_a_removed_file_go_a_day_later(staff, call, duty, cabinet, tasks):
    add(staff, (pdf(), "名单.pdf"))
    staff.send(staff.form("/remove-evidence"))
    caller = InProcess({"tasks": tasks})

    assert sweep(cabinet, caller) == 0
    assert sweep(cabinet, caller, old=dt.timedelta(0)) == 1
    assert stored(cabinet) == []


def test_while_tasks_is_away_nothing_goes(cabinet):
    class Away:
        def call(self, *_, **__):
            raise TryAgain(evidence.ALTERED)

    cabinet.note(orphan := uuid4())
    cabinet.objects.put(orphan, b"cut short")

    with pytest.raises(TryAgain):
        sweep(cabinet, Away(), old=dt.timedelta(0))

    assert stored(cabinet) == [b"cut short"]


def keys(call, duty):
    ids = [file["evidence_id"] for file in read(call, duty)["evidence"]]
    return [call("get_evidence", {"duty_id": duty["duty_id"], "evidence_id": one}, as_="staff")["key"] for one in ids]


def test_a_store_keeps_by_key_and_gives_back_what_it_was_given(tmp_path):
    objects, key, content = in_folder(tmp_path / "new" / "folder"), uuid4(), os.urandom(70_000)
    objects.put(key, content)

    digest = hashlib.sha256(content).hexdigest()
    assert objects.get(key, size=len(content), sha256=digest) == content
    objects.forget(key)
    objects.forget(key)
    with pytest.raises(Altered):
        objects.get(key, size=len(content), sha256=digest)
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0


@contextmanager
def a_scanner(port, says=None):
    """A clamd that speaks INSTREAM: it finds what every scanner knows. The world outside, so a double stands for it."""
    with socket.create_server(("127.0.0.1", port)) as listener:

        def serve_one():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as stream:
                    assert stream.readline().strip(b"nz\n\0") == b"INSTREAM"
                    content = b""
                    while length := struct.unpack("!L", stream.read(4))[0]:
                        content += stream.read(length)
                    found = b"stream: Eicar-Test-Signature FOUND\n" if EICAR in content else b"stream: OK\n"
                    connection.sendall(says or found)

        thread = threading.Thread(target=serve_one, daemon=True)
        thread.start()
        yield
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def scanned(portal, cabinet, port):
    """The pages with a scanner on `port`, which need not be there."""
    evidence.install(portal, replace(cabinet, scanner=Scanner("127.0.0.1", port, wait_seconds=5)))
    yield
    evidence.install(portal, cabinet)


@pytest.mark.usefixtures("scanned")
def test_what_the_scanner_finds_fault_with_is_refused(staff, call, duty, cabinet, port):
    with a_scanner(port):
        add(staff, (docx(**{"word/media/note.txt": EICAR}), "附件.docx"), (pdf(), "名单.pdf"))

    assert "“附件.docx”没有添加：杀毒检查没有通过" in staff.text
    assert [file["name"] for file in read(call, duty)["evidence"]] == ["名单.pdf"]
    assert stored(cabinet) == [pdf()]


@pytest.mark.usefixtures("scanned")
def test_while_the_scanner_is_away_nothing_is_taken_and_trying_later_is_said(staff, call, duty, cabinet):
    before = refused("scanner_away")

    add(staff, (pdf(), "名单.pdf"))

    assert "杀毒检查暂时不能用" in staff.text
    assert (read(call, duty)["files"], stored(cabinet)) == (0, [])
    assert refused("scanner_away") == before + 1


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize(
    "says", [b"INSTREAM size limit exceeded. ERROR\n", b"stream: broken ERROR\n", b"what?\n", b"\n"]
)
def test_a_scanner_that_does_not_say_that_a_file_is_clean_is_as_good_as_away(staff, call, duty, port, says):
    with a_scanner(port, says):
        add(staff, (pdf(), "名单.pdf"))

    assert "杀毒检查暂时不能用" in staff.text
    assert read(call, duty)["files"] == 0


def test_two_gigabytes_are_refused_before_they_are_sent(port, tmp_path):
    database = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    cabinet = evidence.Cabinet(in_folder(tmp_path), None, 20, database)
    app = create_app(None, database, secret=b"a long enough secret", secure_cookies=False, cabinet=cabinet)
    stopping = threading.Event()
    arguments = {"stopping": stopping, "readiness": Readiness([])}
    server = threading.Thread(target=serve, args=(app, Listening("127.0.0.1", port)), kwargs=arguments)
    server.start()
    try:
        answer = eventually(lambda: answer_to_heading(port, 2_000_000_000))
        assert " 413 " in answer.partition("\r\n")[0]
        assert "一次最多上传 40 MB" in answer
    finally:
        stopping.set()
        server.join(20)
    assert app.config[security.LARGEST_OF_FILES] < 42_000_000


def answer_to_heading(port, size):
    """What is answered to a form of which no byte was sent yet."""
    heading = f"POST /duties/1/evidence HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(heading.encode())
            answer = b""
            while received := connection.recv(65536):
                answer += received
            return answer.decode()
    except OSError:
        return ""


class _Bucket(BaseHTTPRequestHandler):
    """A store that speaks S3, as far as it is spoken to: the world outside, so a double stands for it."""

    kept: ClassVar[dict[str, bytes]] = {}

    def _answer(self, status, content=b""):
        assert "Credential=the-key/" in self.headers["Authorization"]
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Fri, 27 Nov 2026 08:00:00 GMT")
        self.end_headers()
        self.wfile.write(content)

    def do_PUT(self):
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self):
        found = self.kept.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.path == "/proofs?delete"
        (key,) = re.findall("<Key>(.+?)</Key>", asked)
        self.kept.pop(f"/proofs/{key}", None)
        self._answer(200, f"<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>".encode())

    def log_message(self, *_):
        """Say nothing."""


def test_a_store_that_speaks_s3_keeps_by_key_in_its_bucket(port):
    server = ThreadingHTTPServer(("127.0.0.1", port), _Bucket)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        objects, key, content = at_address(f"s3+http://the-key:se%2Fcret@127.0.0.1:{port}/proofs"), uuid4(), pdf()
        objects.put(key, content)
        assert _Bucket.kept == {f"/proofs/{key.hex[:2]}/{key.hex}": content}
        digest = hashlib.sha256(content).hexdigest()
        assert objects.get(key, size=len(content), sha256=digest) == content
        objects.forget(key)
        assert _Bucket.kept == {}
        with pytest.raises(Altered):
            objects.get(key, size=len(content), sha256=digest)
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()
    with pytest.raises(TryAgain):
        objects.put(key, content)


def test_a_folder_that_cannot_be_made_stops_the_start_with_a_sentence(tmp_path, portal_db):
    (tmp_path / "evidence").write_text("a file stands here")

    with pytest.raises(SettingError, match="QINGDAN_EVIDENCE_STORE"):
        evidence.cabinet_of(read_settings({"QINGDAN_HOME": str(tmp_path)}), portal_db)
