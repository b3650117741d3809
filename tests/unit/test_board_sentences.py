"""What a board says before its numbers: what is to be decided, and which targets are rather missed than reached."""

import pytest
from flask import Flask

from services.portal import language
from services.portal.board_sentences import summary

BOARD = {
    "today": "2026-07-01",
    "so_far": {"due": 10, "done": 7},
    "month_ago": None,
    "totals": {"overdue": 0, "blocked": 0, "overdue_blocked": 0},
    "overdue_units_total": 0,
}


@pytest.fixture(autouse=True)
def page():
    app = Flask(__name__)
    app.secret_key = "x"
    language.install(app)
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        yield


def said(part, *, targets=(), difficulties=None):
    return dict(summary(BOARD, targets, 0, difficulties)).get(part)


def waiting(open_, accepted):
    return {"counts": {"open": open_, "accepted": accepted, "answered": 9}}


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), "没有要请会议协调的困难。"),
        ((2, 1), "要请会议协调的困难 3 项，其中 2 项还没有受理。"),
        ((1, 0), "要请会议协调的困难 1 项，都还没有受理。"),
        ((0, 1), "要请会议协调的困难 1 项，都已受理。"),
    ],
)
def test_what_the_meeting_is_asked_for_is_said_first(counts, sentence):
    assert said("blocked", difficulties=waiting(*counts)) == sentence


def test_where_difficulties_are_not_to_be_had_nothing_is_said_of_them():
    assert said("blocked") is None


def a_target(name, likelihood, standing="behind"):
    return {"standing": standing, "likelihood": likelihood, "indicator": {"name": name}}


def test_targets_that_are_rather_missed_are_named_in_their_order():
    targets = [
        a_target("甲", "0.4900"),
        a_target("乙", "0.5000"),
        a_target("丙", None),
        a_target("丁", "0.0100"),
    ]

    assert said("targets", targets=targets) == (
        "目标 4 个：欠进度 4 个。照过去这样走，到期达到的可能不足一半的目标 2 个：甲、丁。"
    )


def test_of_many_the_first_three_are_named_and_of_none_nothing_is_said():
    assert said("targets", targets=[a_target(name, "0.1") for name in "甲乙丙丁"]).endswith("4 个：甲、乙、丙等。")
    assert said("targets", targets=[a_target("甲", "0.9", "on_time")]) == "目标 1 个：达进度 1 个。"


@pytest.mark.parametrize(("done", "share"), [(0, "0%"), (1, "1%"), (131, "99%"), (132, "100%")])
def test_what_has_begun_is_not_0_percent_and_what_lacks_one_not_100(done, share):
    board = BOARD | {"so_far": {"due": 132, "done": done}}

    assert f"已完成 {done} 项（{share}）" in dict(summary(board, (), 0, None))["areas"]
