"""The She County example: its directory, people with random passwords, and an issued checklist in every light.

Each step is a command whose id is derived from its name, so a first start that was killed half-way goes on where it
stopped. Dates are set from the day of the first start.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.running import example_reports
from services.running.example_directory import load_example_directory
from services.running.home import Home, write_private
from services.tasks.directory import queries
from services.tasks.directory.bootstrap import NewPerson, fill_directory
from services.tasks.directory.passwords import hash_password, make_random
from shared.actor import Role
from shared.calling.caller import Call, Caller
from shared.clock import today
from shared.database import Database
from shared.limits import CALLER
from shared.process.settings import Settings
from shared.workdays import add_workdays

DATA = Path(__file__).parents[2] / "data"
NAMESPACE = UUID("6f4e2d0a-3f0c-4f55-9a2c-5d1f6f1c9e71")

LEAD, LEADER, ADMINISTRATOR, AUDITOR = "lead", "leader", "admin", "auditor"
# Nobody accepts what he sent himself: the lead bureau has duties, too, and a colleague who looks at them.
COLLEAGUE = "lead2"
SHOWN = (LEAD, COLLEAGUE, LEADER, "341021100", "341021213", ADMINISTRATOR, AUDITOR)
POSTS = {
    LEAD: ("341021-L01", "清单专员", (Role.LEAD_BUREAU, Role.UNIT_STAFF)),
    LEADER: ("341021-G01", "领导小组成员", (Role.LEADERSHIP,)),
    ADMINISTRATOR: ("341021-L01", "系统管理员", (Role.ADMINISTRATOR,)),
    AUDITOR: ("341021", "审计员", (Role.AUDITOR,)),
    COLLEAGUE: ("341021-L01", "审核专员", (Role.LEAD_BUREAU,)),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of data/example.csv."""

    area: str
    measure: str
    units: tuple[tuple[str, str], ...]  # (role, name of a unit or group)
    task: str
    title: str
    key: str
    due_in_workdays: int
    recurrence: str
    review_rule: str
    acceptance_rule: str


@dataclass(slots=True)
class Author:
    """Carries out the steps as a person; equal step names get equal command ids."""

    caller: Caller
    person_id: int
    step: str = ""
    service: str = "tasks"
    count: int = field(default=0)

    def do(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Carry out a command of this step under an id that is the same at every start."""
        self.count += 1
        command_id = uuid5(NAMESPACE, f"{self.person_id}/{self.step}/{self.count}/{operation}")
        return self.caller.call(self.service, operation, Call(params, self.person_id, command_id), timeout=CALLER.file)

    def ask(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Read something in this person's name."""
        return self.caller.call(self.service, operation, Call(params, self.person_id))


def create_once(
    home: Home, caller: Caller, tasks: Database, *, telling: Callable[[str], None] = lambda _text: None
) -> None:
    """Make the example when the folder is new, or finish making it; otherwise do nothing.

    `telling` is called with what to show on the operator's screen meanwhile.
    """
    state = _load_or_start(home)
    if state["complete"] and _is_there(tasks):
        return
    telling("正在建立歙县示例 / making the She County example")
    people = _create_directory(tasks, state)
    day = dt.date.fromisoformat(state["day"])
    items = list(read_items(DATA / "example.csv"))
    checklist_id = _draft(Author(caller, people[LEAD], "draft"), items, day)
    _issue(Author(caller, people[LEAD], "issue"), checklist_id)
    _tell_story(caller, people, items)
    _report_figures(caller, people, day)
    write_private(home.example_file, {**state, "complete": True})


def _is_there(tasks: Database) -> bool:
    """Whether the database knows the example's people: the folder may be of an earlier one."""
    with tasks.transaction() as cur:
        return queries.person_signing_in_as(cur, [LEAD]) is not None


def welcome(home: Home, settings: Settings) -> str:
    """What the operator reads after the start: the address and, for the example, its sign-ins."""
    lines = ["", f"清单 Qingdan: http://{settings.host}:{settings.port}/"]
    lines += sign_ins(home)
    lines += ["", f"监控 / monitoring: {home.monitor_file}"]
    lines += ["", "Ctrl-C 停止 / stops", ""]
    return "\n".join(lines)


def sign_ins(home: Home) -> list[str]:
    """The example's accounts as lines; empty without the example."""
    if not home.example_file.exists():
        return []
    state = json.loads(home.example_file.read_text("utf-8"))
    labels = state["labels"]
    return [
        "",
        "示例账号 / sign-ins of the example (only on this machine):",
        # The example of a release before has no colleague.
        *(f"  {name:<10} {state['passwords'][name]}   {labels[name]}" for name in SHOWN if name in labels),
        f"  其余单位 / the other units: {home.example_file}",
    ]


def read_items(path: Path) -> Iterator[Item]:
    """The items of the example's CSV file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            supporting = [name for column in ("support", "groups") for name in row[column].split("、") if name]
            yield Item(
                area=row["area"],
                measure=row["measure"],
                units=(("lead", row["lead"]), *(("support", name) for name in supporting)),
                task=row["task"],
                title=row["item"],
                key=row["key"],
                due_in_workdays=int(row["due_in_workdays"]),
                recurrence=row["recurrence"],
                review_rule=row["review_rule"],
                acceptance_rule=row["acceptance_rule"],
            )


def _load_or_start(home: Home) -> dict[str, Any]:
    """The saved state; passwords and the day are settled before the first step, so that every later step repeats."""
    if not home.example_file.exists():
        directory = load_example_directory(DATA)
        staffed = [unit for unit in directory.units if unit.kind in {"township", "department"}]
        names = {unit.code: unit.name for unit in directory.units}
        labels = {name: f"{names[unit_code]} {post}" for name, (unit_code, post, _) in POSTS.items()}
        labels |= {unit.code: f"{unit.name} 填报员" for unit in staffed}
        write_private(
            home.example_file,
            {
                "complete": False,
                "day": today().isoformat(),
                "passwords": {name: make_random() for name in labels},
                "labels": labels,
            },
        )
    state: dict[str, Any] = json.loads(home.example_file.read_text("utf-8"))
    return state


def _create_directory(tasks: Database, state: dict[str, Any]) -> dict[str, int]:
    """Units, groups and one person per post; returns sign-in name to person id."""
    passwords: dict[str, str] = state["passwords"]
    people = []
    for name, label in state["labels"].items():
        unit_code, post, roles = POSTS.get(name, (name, "填报员", (Role.UNIT_STAFF,)))
        people.append(NewPerson(name.lower(), label, post, unit_code, roles, hash_password(passwords[name])))
    with tasks.transaction() as cur:
        ids = fill_directory(cur, load_example_directory(DATA), people)
    return {name: ids[name.lower()] for name in state["labels"]}


def _draft(author: Author, items: list[Item], day: dt.date) -> int:
    directory = author.ask("unit_choices", {})
    targets = {unit["name"]: {"unit_id": unit["unit_id"]} for unit in directory["units"]}
    targets |= {group["name"]: {"group_id": group["group_id"]} for group in directory["groups"]}
    title = f"歙县{day.year}年度就业创业工作五级清单（示例）"
    checklist_id: int = author.do("create_checklist", {"title": title, "year": day.year})["checklist_id"]

    def add(parent_id: int | None, title: str) -> dict[str, Any]:
        return author.do("add_row", {"checklist_id": checklist_id, "parent_id": parent_id, "title": title})

    def save(row: dict[str, Any], **changes: Any) -> None:
        kept = ("title", "body", "due_on", "recurrence", "due_day", "review_rule", "acceptance_rule")
        params = {name: row[name] for name in kept} | {"units": []} | changes
        author.do("save_row", {"row_id": row["row_id"], "version": row["version"], **params})

    for area, in_area in groupby(items, key=lambda item: item.area):
        area_id = add(None, area)["row_id"]
        for measure, in_measure in groupby(in_area, key=lambda item: item.measure):
            measure_row = add(area_id, measure)
            for number, (task, in_task) in enumerate(groupby(in_measure, key=lambda item: item.task)):
                task_id = add(measure_row["row_id"], task)["row_id"]
                for item in in_task:
                    if number == 0:
                        save(measure_row, units=[{"role": role, **targets[name]} for role, name in item.units])
                    row = add(task_id, item.title)
                    save(
                        row,
                        due_on=add_workdays(day, item.due_in_workdays).isoformat(),
                        review_rule=item.review_rule,
                        acceptance_rule=item.acceptance_rule,
                    )
    return checklist_id


def _issue(author: Author, checklist_id: int) -> None:
    version = author.ask("preview_issue", {"checklist_id": checklist_id})["version"]
    author.do("issue_checklist", {"checklist_id": checklist_id, "version": version})
    while author.ask("issue_progress", {"checklist_id": checklist_id})["state"] == "issuing":
        time.sleep(0.05)


def _report_figures(caller: Caller, people: dict[str, int], day: dt.date) -> None:
    directory = Author(caller, people[LEAD]).ask("unit_choices", {})
    units = {unit["name"]: unit["unit_id"] for unit in directory["units"]}
    groups = {group["name"]: group["group_id"] for group in directory["groups"]}

    def lead(step: str) -> Author:
        return Author(caller, people[LEAD], step, service="stats")

    example_reports.define(lead("define"), DATA, units, groups, day=day)
    example_reports.import_history(lead("history"), DATA, day=day)
    example_reports.set_targets(lead("targets"), DATA)
    example_reports.set_economy(lead("economy"))
    example_reports.start_reports(lead("start"))
    staff = {code: Author(caller, person_id, "report", "stats") for code, person_id in people.items()}
    example_reports.tell_story(lead("review"), staff, DATA, day=day)


# What happened since: (key of the item, operation, who, text). "*" stands for every unit but 石门乡.
STORY = (
    ("demand", "submit_duties", "*", "已汇总报送。"),
    ("visits", "submit_duties", "341021100", "走访 12 个网点，空缺岗位 9 个。"),
    ("training", "submit_duties", "341021100", "第一期 32 人结业。"),
    ("fair", "submit_duties", "341021100", "12 家企业到场，达成意向 41 人。"),
    ("matching", "report_blocker", "341021100", "企业时间未定，建议推迟一周对接。"),
    ("workers", "ask_waiver", "341021100", "辖区内今年没有在建项目。"),
    ("fair", "submit_duties", "341021101", ""),
    ("station", "submit_duties", "341021102", "选定车站旁门面一处。"),
    ("subsidy", "submit_duties", "341021-L01", "第一批审核完成。"),
)

# Which township splits which item among its villages.
SPLITTER, SPLIT = "341021104", "hardship"
VILLAGES = (("341021104200", "郑村"), ("341021104201", "棠樾村"), ("341021104202", "稠墅村"))


def _tell_story(caller: Caller, people: dict[str, int], items: list[Item]) -> None:
    titles = {item.key: item.title for item in items}
    for key, operation, who, text in STORY:
        names = [name for name in people if name.isdecimal() and name != "341021213"] if who == "*" else [who]
        for name in names:
            person_id = people.get(name, people[LEAD])
            _act(Author(caller, person_id, f"story {key}"), titles[key], operation, text)
    _grant_waivers(Author(caller, people[LEAD], "grant"))
    _make_villages(Author(caller, people[ADMINISTRATOR], "villages"))
    _split(Author(caller, people[SPLITTER], "split"), titles[SPLIT])


def _make_villages(author: Author) -> None:
    found = author.ask("find_units", {"text": SPLITTER})["units"]
    (above,) = [unit["unit_id"] for unit in found if unit["code"] == SPLITTER]
    for code, name in VILLAGES:
        author.do("save_unit", {"code": code, "name": name, "kind": "village", "parent_id": above, "aliases": [],
                                "is_active": True})  # fmt: skip


def _split(author: Author, title: str) -> None:
    """Split a duty among the villages; one of them is done, which the township notes for it."""
    duty = _owed(author, title)
    found = author.ask("whom_to_delegate_to", {"duty_id": duty["duty_id"]})
    units = [{"unit_id": one["unit"]["unit_id"], "due_on": found["proposed_on"]} for one in found["units"]]
    key = {"duty_id": duty["duty_id"], "version": duty["version"]}
    part = author.do("delegate_duty", {**key, "units": units, "text": "请带上困难人员台账。"})["parts"][1]
    author.do("submit_duties", {"duties": [{"duty_id": part["duty_id"], "version": part["version"]}], "note": "3 户"})


def _act(author: Author, title: str, operation: str, text: str) -> None:
    duty = _owed(author, title)
    key = {"duty_id": duty["duty_id"], "version": duty["version"]}
    if operation == "submit_duties":
        author.do(operation, {"duties": [key], "note": text} if text else {"duties": [key]})
    else:
        author.do(operation, {**key, "reason": text})


def _owed(author: Author, title: str) -> dict[str, Any]:
    headings = author.ask("owed_duties", {"text": title})["headings"]
    return next(duty for heading in headings for duty in heading["duties"] if duty["item"] == title)


def _grant_waivers(author: Author) -> None:
    for duty in author.ask("review_queue", {"page": 1})["waivers"]:
        author.do("grant_waiver", {"duty_id": duty["duty_id"], "version": duty["version"]})
