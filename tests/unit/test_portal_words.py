"""Every code that a service may send has a word on the pages, in both languages."""

import ast
import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from services.notifications.delivery import letter
from services.notifications.reminding.policy import Stage
from services.portal import words, words_of_logs, words_of_reporting
from services.portal.app import create_app
from services.portal.books import indicator_sheet
from services.portal.dates import period_in_words
from services.portal.duty_actions import ACTIONS
from services.portal.duty_groups import Group
from services.stats.audit import kinds as reporting
from services.stats.checks.records import CheckKind, CheckState, ExplanationState, Strictness
from services.stats.figures.records import Origin
from services.stats.indicators.kinds import IndicatorType
from services.stats.past.records import RunState
from services.stats.periods import PeriodKind
from services.stats.reports.records import DayRule, ReportState
from services.stats.reports.timing import Timing
from services.stats.submissions.submission import SubmissionState
from services.tasks.audit import kinds
from services.tasks.drafting.questions import ANSWERS
from services.tasks.duties.duty import TRANSITIONS, Action
from services.tasks.vocabulary import KINDS, RECURRENCES, REVIEW_RULES
from shared.actor import Role
from shared.database import Database
from shared.light import Light, State
from tests.support.operations import OPERATIONS
from tests.support.sources import modules, text_of, tree_of

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
A_CODE = re.compile(r"[a-z]+[_.][a-z_.]+")


NOUNS = (
    "amendment|calendar|change|checklist|figures|group|lights|list|measure|meeting|notice|people|person|piece|post|"
    "practice|questions|row|suggestion|"
    "rows|unit|units|year"
)
AN_ENTRY = re.compile(rf"(?:{NOUNS})\.[a-z_]+")


def audited() -> set[str]:
    """Every noun and participle that a use case of tasks writes into the audit log, and what happens to duties."""
    found = set()
    for file in modules("services/tasks"):
        if file.name == "kinds.py" or not AN_ENTRY.search(text_of(file)):
            continue
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.Call):
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                found |= {text for text in texts if isinstance(text, str) and AN_ENTRY.fullmatch(text)}
    return found


def logged() -> set[str]:
    acts = {f"duty.{act}" for act in set(Action) - kinds.NOT_LOGGED}
    return audited() | acts | {"refused"}


CODES = {
    "lights": (set(Light), words.LIGHTS),
    "shapes": (set(Light), words.SHAPES),
    "meanings of lights": (set(Light), words.LIGHT_MEANINGS),
    "groups of duties": (set(Group), words.GROUPS),
    "actions": ({*Action, "reminded"}, words.ACTIONS),
    "stages": (set(Stage), words.STAGES),
    "roles": (set(Role), words.ROLES),
    "kinds of units": (set(KINDS), words.UNIT_KINDS),
    "parts in the work": ({"lead", "support"}, words.UNIT_ROLES),
    "recurrences": (set(RECURRENCES), words.RECURRENCES),
    "review rules": (set(REVIEW_RULES), words.REVIEW_RULES),
    "states of checklists": ({"draft", "issuing", "issued", "closed"}, words.CHECKLIST_STATES),
    "kinds of questions": (set(ANSWERS), words.QUESTION_KINDS),
    "kinds of checks": (set(CheckKind), words.CHECK_KINDS),
    "strictness of checks": (set(Strictness), words.STRICTNESS),
    "states of checks": (set(CheckState), words.CHECK_STATES),
    "origins of figures": (set(Origin), words.FIGURE_ORIGINS),
    "states of imports": (set(RunState), words.IMPORT_STATES),
    "states of explanations": (set(ExplanationState), words.EXPLANATION_STATES),
    "types of indicators": (set(IndicatorType), words.INDICATOR_TYPES),
    "types in a workbook": (set(IndicatorType), indicator_sheet.TYPES),
    "kinds of periods": (set(PeriodKind), words.PERIOD_KINDS),
    "kinds of reports": (set(PeriodKind), words.REPORT_KINDS),
    "kinds of periods in a workbook": (set(PeriodKind), indicator_sheet.PERIODS),
    "states of reports": (set(ReportState), words.REPORT_STATES),
    "rules of days": (set(DayRule), words.DAY_RULES),
    "standings in a round": (set(Timing), words.TIMINGS),
    "states of submissions": (set(SubmissionState), words.SUBMISSION_STATES),
    "states of duties": (set(State), words.DUTY_STATES),
    # Called by the test: every worker comes by here to learn which tests there are.
    "entries of the audit log": (logged, words_of_logs.ENTRIES),
    "kinds of entries": (set(kinds.KINDS), words_of_logs.KINDS),
    "operations that may be refused": (
        {name.partition(".")[2] for name in OPERATIONS if name.startswith("tasks.")},
        words_of_logs.OPERATIONS,
    ),
    "entries of the log of reporting": (set(reporting.ACTS), words_of_reporting.ENTRIES),
    "kinds of entries of reporting": (set(reporting.KINDS), words_of_reporting.KINDS),
    "operations of reporting that may be refused": (
        {name.partition(".")[2] for name in OPERATIONS if name.startswith("stats.")},
        words_of_reporting.OPERATIONS,
    ),
}  # fmt: skip

# Their words are Chinese whatever the language of the page.
WORKBOOKS = ("types in a workbook", "kinds of periods in a workbook")


@pytest.fixture(scope="module")
def app():
    return create_app(None, Database("postgresql://nobody@127.0.0.1:1/none"), secret=b"0" * 20, secure_cookies=False)


def test_the_audit_log_is_written_with_literal_words():
    assert len(audited()) > 10


def test_every_entry_is_of_one_kind():
    entries = [entry for some in kinds.ENTRIES.values() for entry in some]
    acts = [act for some in kinds.ACTS.values() for act in some]

    assert sorted(entries) == sorted(audited())
    assert sorted(acts) == sorted(set(Action) - kinds.NOT_LOGGED - kinds.OF_NO_KIND)


def test_the_log_knows_what_each_act_makes_of_a_duty():
    moving = {act.value: step.to.value for act, step in TRANSITIONS.items() if step.to is not None}
    amending = {"withdrawn": "withdrawn", "brought_back": "issued", "given": "issued"}

    assert dict(kinds.STATES_AFTER) == moving | amending


@pytest.mark.parametrize("of", CODES)
def test_every_code_has_a_word_and_no_word_is_left_over(of):
    codes, known = CODES[of]
    codes = codes() if callable(codes) else codes

    assert {str(code) for code in codes} == {str(code) for code in known}


@pytest.mark.parametrize("of", [of for of in CODES if of not in ("shapes", *WORKBOOKS)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_are_in_the_pages_language(app, of, language):
    _codes, known = CODES[of]

    with app.test_request_context(), force_locale(language):
        shown = [str(word) for word in known.values()]

    for word in shown:
        # Two English words quote the signs of the notice that they speak of.
        assert bool(HAN.search(word.replace("等", "").replace("左右", ""))) == (language == "zh"), word
        assert not A_CODE.search(word), word


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2026", "2026年", "2026"),
        ("2026-Q2", "2026年第2季度", "quarter 2 of 2026"),
        ("2026-04", "2026年4月", "Apr 2026"),
        ("2026-12", "2026年12月", "Dec 2026"),
    ],
)
def test_periods_in_words(period, zh, en):
    assert (period_in_words(period, "zh"), period_in_words(period, "en")) == (zh, en)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mail_calls_a_stage_what_the_pages_call_it(app, language):
    with app.test_request_context(), force_locale(language):
        pages = {stage: str(words.STAGES[stage]).casefold() for stage in Stage}

    mails = {stage: getattr(letter.REASONS[stage], language).casefold() for stage in Stage}

    assert mails == pages


def test_whatever_is_done_with_a_duty_has_a_word_for_the_page_that_shows_both_versions(app):
    """The last part of an address where a form of a duty goes."""
    rules = [one for one in app.url_map.iter_rules() if "POST" in one.methods and "<int:duty_id>/" in one.rule]
    doings = {one.rule.rpartition("/")[2] for one in rules} - {"<action>"} | set(ACTIONS)

    assert "practice" in doings
    assert doings - words.DOINGS.keys() == set()
