"""What the runbooks name exists: commands, metrics, log lines, settings. Their readers have no time to guess."""

import re

import pytest

from deploy.k8s_check.facts import known_settings
from services.cli import main
from services.running.registry import retention_of
from shared.delivery.forgetting import plumbing
from shared.process.settings import DATABASES as DATABASE_NAMES
from tests.support.markdown import Page, page, tables
from tests.support.sources import modules, text_of
from tests.support.watched import ROOT, RUNBOOK, RUNBOOK_IN_CHINESE, series

SERVICES = ("tasks", "notifications", "stats", "portal")
DATABASES = {f"qingdan_{name}{whose}" for name in SERVICES for whose in ("", "_work")}
# A supervisor passes it to its portals; nobody sets it by hand.
INTERNAL = {"QINGDAN_LISTENING_SOCKET"}


@pytest.fixture(params=[RUNBOOK, RUNBOOK_IN_CHINESE], ids=lambda path: path.name)
def runbook(request: pytest.FixtureRequest) -> Page:
    return page(request.param)


def test_every_section_is_in_the_contents(runbook: Page):
    contents = runbook.sections()[runbook.anchors()[0]]
    wanted = {heading.anchor for heading in runbook.headings() if heading.level == 2}

    assert wanted <= set(re.findall(r"\]\(#([^)]+)\)", contents))


def test_every_command_is_one(runbook: Page):
    named = re.findall(r"(?:`|^    )qingdan ([a-z][a-z-]+)((?: [a-z]+)?)", runbook.text, re.MULTILINE)

    assert named

    for name, rest in named:
        command = main.commands[name]
        if hasattr(command, "commands"):
            assert rest.strip() in command.commands


def test_every_make_target_is_one(runbook: Page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z-]+)", runbook.text)) <= targets


def test_every_metric_is_measured(runbook: Page):
    known = {re.sub(r"_(bucket|count|sum)$", "", name) for name in series()}

    assert set(re.findall(r"\bqingdan_[a-z_]+", runbook.text)) - DATABASES <= known


def test_every_setting_is_in_the_table(runbook: Page):
    """The four databases share a row, so three of them are named in short."""
    listed = set(re.findall(r"^\| (.+?) \|", runbook.sections()["settings"], re.MULTILINE))
    named = set(re.findall(r"QINGDAN_\w+|…_\w+_…", " ".join(listed)))
    shortened = {re.sub(r"^QINGDAN(_\w+_)DATABASE_URL$", r"…\1…", name) for name in known_settings() - named}

    assert (known_settings() & named) | (shortened - INTERNAL) == named


def test_every_log_line_is_written(runbook: Page):
    sources = "".join(text_of(file) for file in modules("services", "shared"))
    after = runbook.anchors().index("follow-one-request")
    sections = "".join(runbook.sections()[anchor] for anchor in runbook.anchors()[after:])
    quoted = set(re.findall(r"`([a-z]+(?: [a-z]+)+)`", sections))
    lines = {
        text for text in quoted if not re.match(r"(qingdan|relay|service|migrate|issuer|portal|kubectl|make) ", text)
    }

    assert lines
    assert {line for line in lines if f'"{line}"' not in sources} == set()


def test_every_retention_policy_stands_in_the_table_with_its_days(runbook: Page):
    (table,) = tables(runbook.sections()["retention"])
    listed = {row[0].strip("`"): tuple(re.findall(r"\d+", f"{row[3]} {row[4]}")) for row in table.rows}
    policies = {policy.name: policy for name in DATABASE_NAMES for policy in retention_of(name).policies}

    assert listed == {
        name: tuple(str(days) for days in (policy.days, policy.least) if days is not None)
        for name, policy in policies.items()
    }
    for name in DATABASE_NAMES:
        own = {policy.name for policy in retention_of(name).policies}
        assert own - everywhere() == {row[0].strip("`") for row in table.rows if row[1] == name}


def everywhere() -> set[str]:
    """The policies of the plumbing, which hold in the database of every service."""
    return {policy.name for policy in plumbing().policies}
