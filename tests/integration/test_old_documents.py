"""Old Word documents, made by LibreOffice and read through it; and what happens when it hangs or is not there."""

from __future__ import annotations

import io
import os
import subprocess
import time
from pathlib import Path

import docx
import psutil
import pytest

from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.files import is_old_document, read_file
from shared.apart import office
from shared.errors import Invalid
from tests.support.notices_read import lost_or_twice, tables, texts


def as_readable(content: bytes) -> bytes:
    """As the operation has it."""
    return (office.as_docx(content) if is_old_document(content) else None) or content


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Make an old document of a new one, once for each kind."""
    folder = tmp_path_factory.mktemp("old")
    document = docx.Document()
    for text in ("青屏县稳岗工作方案", "一、重点任务", "1.做好统筹。责任单位：县财政局"):
        document.add_paragraph(text)
    table = document.add_table(2, 2, style="Table Grid")
    for cell, text in zip(table._cells, ("工作任务", "责任单位", "新建校舍3所", "县教育局"), strict=True):
        cell.text = text
    document.add_paragraph("青屏县人民政府")
    document.save(folder / "old.docx")

    def convert(kind: str) -> bytes:
        command = [str(office.program()), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        subprocess.run(
            [*command, "--convert-to", kind, "--outdir", folder, folder / "old.docx"], check=True, capture_output=True
        )
        return (folder / f"old.{kind}").read_bytes()

    return convert


@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_an_old_document_is_read_like_a_new_one(make, kind):
    source = read_file("通知.wps", as_readable(make(kind)))

    assert texts(source) == ["青屏县稳岗工作方案", "一、重点任务", "1.做好统筹。责任单位：县财政局", "青屏县人民政府"]
    assert tables(source) == [(("工作任务", "责任单位"), ("新建校舍3所", "县教育局"))]
    assert lost_or_twice(source) == []


def test_what_is_no_old_document_is_left_as_it_is():
    assert as_readable("一、重点任务".encode()) == "一、重点任务".encode()


def test_a_damaged_document_is_refused_with_what_to_do():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000 + "WordDocument".encode("utf-16-le") + b"\0" * 5_000

    with pytest.raises(Invalid) as refused:
        as_readable(content)

    assert "另存为 .docx" in refused.value.text.zh


@pytest.mark.parametrize("programs", [office.PROGRAMS, ()])
@pytest.mark.parametrize("name", ["通知.doc", "通知.wps"])
def test_a_file_of_which_only_the_beginning_is_left_is_called_damaged(make, monkeypatch, name, programs):
    content = make("doc")
    kept = {
        "通知.doc": content[: content.index("WordDocument".encode("utf-16-le"))],
        "通知.wps": content[:8] + b"\0" * 4_000,
    }
    monkeypatch.setattr(office, "PROGRAMS", programs)

    with pytest.raises(NoticeUnreadableError) as refused:
        read_file(name, as_readable(kept[name]))

    assert "已损坏" in refused.value.text.zh
    assert "密码" in refused.value.text.zh
    assert "另存为" in refused.value.text.zh
    assert "没有装" not in refused.value.text.zh


def test_without_libreoffice_a_sentence_says_how_to_save(make, monkeypatch):
    content = make("doc")
    monkeypatch.setattr(office, "PROGRAMS", ())

    with pytest.raises(NoticeUnreadableError) as refused:
        read_file("通知.doc", as_readable(content))

    assert "另存为" in refused.value.text.zh
    assert "没有装" in refused.value.text.zh


def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch):
    told = tmp_path / "child"
    hanging = tmp_path / "soffice"
    hanging.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {told}\nwait\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(Invalid) as refused:
        office.as_docx(b"x", seconds=2.0)

    assert refused.value.text == office.TOO_LONG
    child = int(told.read_text())
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline


def test_it_has_no_network_and_no_secret_of_ours(tmp_path: Path, monkeypatch):
    seen = tmp_path / "seen"
    spying = tmp_path / "soffice"
    spying.write_text(f"#!/bin/sh\n(env; cat /proc/net/dev) > {seen}\n")
    spying.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("QINGDAN_DATABASE_URL_TASKS", "postgresql://secret")

    with pytest.raises(Invalid):
        office.as_docx(io.BytesIO(b"x").getvalue())

    assert "secret" not in seen.read_text()
    assert "HOME=" in seen.read_text()
    if office.has_own_networks():
        assert [
            line.split(":")[0].strip() for line in seen.read_text().splitlines() if "0 " in line and ":" in line
        ] == ["lo"]
