"""`qingdan import-notice` stores what it reads, as the person whom it is called as."""

import json

import pytest
from click.testing import CliRunner

from services.cli import main
from shared import clock
from tests.unit.test_notice_command import NO_NOTICE, PLAN, check


@pytest.fixture
def qingdan(tasks_dsn, tmp_path, monkeypatch):
    monkeypatch.setenv("QINGDAN_HOME", str(tmp_path / "nothing here"))
    monkeypatch.setenv("QINGDAN_TASKS_DATABASE_URL", tasks_dsn)
    return lambda *arguments: CliRunner().invoke(main, ["import-notice", *map(str, arguments)])


def titles(call):
    return [one["title"] for one in call("list_checklists", {}, as_="lead")["checklists"]]


def test_a_notice_is_stored_and_told_in_the_fields_of_the_schema(qingdan, call):
    done = qingdan(PLAN, "--format", "json", "--title", "命令行", "--year", "2026")

    assert done.exit_code == 0
    check(json.loads(done.stdout), "Stored")
    assert titles(call) == ["命令行"]


def test_a_folder_stores_what_it_can_and_names_the_drafts(qingdan, call, tmp_path):
    (tmp_path / "a.txt").write_bytes(PLAN.read_bytes())
    (tmp_path / "b.txt").write_text(NO_NOTICE, "utf-8")

    done = qingdan(tmp_path, "--format", "json", "--year", "2026")

    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 5
    assert (good["checklist_id"] is not None, bad["checklist_id"]) == (True, None)
    assert len(titles(call)) == 1


@pytest.mark.parametrize("person", ["staff", "nobody"])
def test_who_may_not_import_gets_the_sentence_and_code_one(qingdan, call, person):
    done = qingdan(PLAN, "--as", person)

    assert done.exit_code == 1
    assert done.stderr
    assert titles(call) == []


@pytest.mark.parametrize(
    ("title", "options", "year", "is_of_notice"),
    [
        ("歙县2027年就业工作方案", [], 2027, True),
        ("歙县2027年就业工作方案", ["--year", "2028"], 2028, False),
        ("歙县就业工作方案", [], clock.today().year, False),
    ],
)
def test_without_a_year_the_draft_is_for_that_of_the_notice(
    qingdan, call, tmp_path, title, options, year, is_of_notice
):
    notice = tmp_path / "notice.txt"
    notice.write_text(f"{title}\n一、任务\n1.开展招聘会20场。（县人社局负责）\n", "utf-8")

    stored = json.loads(qingdan(notice, "--format", "json", *options).stdout)

    assert (stored["year"], stored["year_is_of_notice"]) == (year, is_of_notice)
    assert [one["year"] for one in call("list_checklists", {}, as_="lead")["checklists"]] == [year]
