"""`qingdan import-notice` for scripts: its schema, its exit codes, standard input and folders."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from services.cli import main
from services.running.notice_summary import HEADINGS, width_of

ROOT = Path(__file__).parents[2]
NOTICES = Path(__file__).parent / "notices"
SCHEMA = json.loads((ROOT / "docs" / "import-notice.schema.json").read_text("utf-8"))
PLAN = NOTICES / "county-plan.txt"
NO_NOTICE = "今天天气很好。\n我们去公园。\n"


@pytest.fixture
def qingdan(tmp_path, monkeypatch):
    """The command, where nothing is installed: names are matched with the example's directory."""
    monkeypatch.setenv("QINGDAN_HOME", str(tmp_path / "nothing here"))
    for name in ("TASKS", "STATS", "NOTIFICATIONS", "PORTAL"):
        monkeypatch.delenv(f"QINGDAN_{name}_DATABASE_URL", raising=False)

    def run(*arguments: object, given: bytes = b"") -> Any:
        return CliRunner().invoke(main, ["import-notice", *map(str, arguments), "--dry-run"], input=given)

    return run


def strictly(name: str) -> dict[str, Any]:
    """The schema of one shape, in which every field must be written down."""
    shapes = {key: {**shape, "additionalProperties": False} for key, shape in SCHEMA["$defs"].items()}
    return {"$schema": SCHEMA["$schema"], "$defs": shapes, "$ref": f"#/$defs/{name}"}


def check(value: object, name: str) -> None:
    jsonschema.Draft202012Validator(strictly(name)).validate(value)
    jsonschema.Draft202012Validator(SCHEMA).validate(value)


@pytest.mark.parametrize("path", sorted(NOTICES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_draft_has_exactly_the_fields_of_the_schema(qingdan, path):
    done = qingdan(path, "--format", "json", "--year", "2026")

    assert done.exit_code == 0
    check(json.loads(done.stdout), "Draft")


def test_the_schema_is_one_itself_and_refuses_what_lacks_a_field():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({"title": "方案"})


def test_standard_input_gives_the_same_draft_as_the_file(qingdan):
    from_file = qingdan(PLAN, "--format", "json")
    from_stdin = qingdan("-", "--name", "plan.txt", "--format", "json", given=PLAN.read_bytes())

    assert (from_stdin.exit_code, from_stdin.stdout) == (0, from_file.stdout)


@pytest.mark.parametrize(
    ("content", "exit_code", "code"),
    [(b"%PDF-1.7", 3, "unreadable"), (b"", 3, "unreadable"), (NO_NOTICE.encode(), 4, "no_structure")],
)
def test_what_becomes_no_draft_ends_with_a_code_of_its_own_and_says_why(qingdan, content, exit_code, code):
    as_json = qingdan("-", "--format", "json", given=content)
    as_text = qingdan("-", given=content)

    assert (as_json.exit_code, as_text.exit_code) == (exit_code, exit_code)
    told = json.loads(as_json.stdout)
    check(told, "Failed")
    assert told["error"]["code"] == code
    assert told["error"]["text"]["zh"] in as_text.stderr
    assert as_text.stdout == ""


ROLES = """歙县2027年就业工作方案
一、任务
1.办好招聘会。（牵头单位：县人社局；责任单位：县总工会；配合单位：县财政局、县水务集团、各乡镇；完成时限：2027年6月底前）
2.走访企业。（县经信局负责，每月25日前）
3.整理台账。（县档案馆负责，长期坚持）
4.开展培训。（责任单位：县教育局；每季度末）
"""


def test_the_draft_in_words_says_who_has_which_part_and_by_when(qingdan):
    done = qingdan("-", given=ROLES.encode())

    lines = [line.strip() for line in done.stdout.splitlines()]
    at = lines.index("1. 办好招聘会")
    assert lines[at + 1 : at + 3] == [
        (
            "牵头 / lead: 县人社局  责任 / responsible: 县总工会  配合 / co-operating: 县财政局、县水务集团?  "
            "单位组 / groups: 各乡镇人民政府"
        ),
        "时限 / due: 2027-06-30  “2027年6月底前”",
    ]
    assert "时限 / due: 每月25日 / monthly, day 25  “每月25日前”" in lines
    assert "时限 / due: 长期 / continuous  “长期坚持”" in lines
    assert "时限 / due: 每季度第3个月底 / quarterly, month 3, last day  “每季度末”" in lines


def test_the_draft_in_words_says_what_is_not_given(qingdan):
    done = qingdan("-", given="歙县工作方案\n一、任务\n1.调研。（县人社局负责）\n2.总结。\n".encode())

    assert done.stdout.count("时限 / due: 未写明 / not given") == 2
    assert done.stdout.count("单位 / units: 未写明 / not given") == 1


def test_a_file_that_is_not_there_is_a_mistake_in_the_call(qingdan):
    assert qingdan("nowhere.txt").exit_code == 2


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "通知"
    found.mkdir()
    (found / "一.txt").write_bytes(PLAN.read_bytes())
    (found / "二.pdf").write_bytes(b"%PDF-1.7")
    (found / "三.txt").write_text(NO_NOTICE, "utf-8")
    (found / "~$一.docx").write_bytes(b"open in Word")
    (found / ".hidden").write_bytes(b"")
    (found / "older").mkdir()
    return found


def test_a_folder_is_told_file_by_file_as_lines_of_json(qingdan, folder):
    done = qingdan(folder, "--format", "json")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 5
    for line in lines:
        check(line, "Summary")
    assert {line["file"]: (line["error"] or {}).get("code") for line in lines} == {
        "一.txt": None,
        "三.txt": "no_structure",
        "二.pdf": "unreadable",
    }


def test_the_numbers_of_a_folder_are_those_of_its_drafts(qingdan, folder):
    (folder / "二.pdf").unlink()
    (folder / "三.txt").unlink()
    draft = json.loads(qingdan(PLAN, "--format", "json").stdout)

    done = qingdan(folder, "--format", "json")

    line = json.loads(done.stdout)
    assert done.exit_code == 0
    assert line["measures"] == sum(len(area["measures"]) for area in draft["areas"])
    assert line["questions"] == len(draft["questions"])
    assert line["left_out"] == sum(piece["reason"] is not None for piece in draft["pieces"])
    assert line["checklist_id"] is None


def test_the_table_of_a_folder_stands_in_columns(qingdan, folder):
    done = qingdan(folder)

    head, *rows = done.stdout.splitlines()
    assert head.split() == list(HEADINGS)
    assert [row.split()[0] for row in rows] == sorted(row.split()[0] for row in rows)
    at = width_of(head[: head.index("领域")])
    assert all(width_of(row[: _at(row, at)]) == at for row in rows)
    assert "PDF" in next(row for row in rows if row.startswith("二"))


def _at(row: str, width: int) -> int:
    """How many signs of the row fill so many columns."""
    return next(n for n in range(len(row)) if width_of(row[:n]) >= width)


def test_a_file_that_cannot_be_opened_keeps_none_of_the_others_back(qingdan, tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_bytes(PLAN.read_bytes())
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    done = qingdan(folder, "--format", "json")

    assert done.exit_code == 5
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["file"], first["error"]["code"]) == ("a.txt", "unreadable")
    assert second["file"] == "b.txt"
