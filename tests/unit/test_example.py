"""The example can be made on any day of any year, and shows its lights on each of them."""

import datetime as dt
import json

import pytest

from services.running import example
from services.running.example import DATA, STORY, read_items
from services.running.example_directory import load_example_directory
from services.running.home import Home
from services.tasks.due_dates import complain_of_due
from shared.light import Light, State, light_of
from shared.workdays import add_workdays

ITEMS = list(read_items(DATA / "example.csv"))


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_its_due_dates_are_allowed_on_every_day_of_the_year(year):
    start = dt.date(year, 1, 1)
    for day in (start + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - start).days)):
        for item in ITEMS:
            due_on = add_workdays(day, item.due_in_workdays)
            complaint = complain_of_due(level=4, year=year, due_on=due_on, recurrence=item.recurrence, due_day=None)
            assert complaint is None, (day, item.title, complaint)


def test_its_open_duties_show_three_lights_whatever_the_day():
    for day in (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)):
        lights = {light_of(State.ISSUED, add_workdays(day, item.due_in_workdays), day).light for item in ITEMS}
        assert lights == {Light.OVERDUE, Light.DUE_SOON, Light.ON_TRACK}


def test_its_units_groups_and_story_fit_together():
    directory = load_example_directory(DATA)
    names = {unit.name for unit in directory.units} | {group.name for group in directory.groups}
    keys = {item.key for item in ITEMS}

    assert {name for item in ITEMS for _, name in item.units} <= names
    assert {key for key, *_ in STORY} <= keys
    assert len(keys) == len(ITEMS)
    assert sum(unit.kind == "township" for unit in directory.units) == 28
    assert sum(unit.kind in {"lead", "department"} for unit in directory.units) == 22


def test_the_accounts_of_an_example_of_the_release_before_are_shown_as_they_are(tmp_path):
    home = Home(tmp_path)
    names = [name for name in example.SHOWN if name != example.COLLEAGUE]
    home.example_file.write_text(
        json.dumps({"passwords": dict.fromkeys(names, "word-of-four"), "labels": dict.fromkeys(names, "歙县")}), "utf-8"
    )

    shown = "\n".join(example.sign_ins(home))

    assert shown.count("word-of-four") == len(names)
    assert example.COLLEAGUE not in shown
