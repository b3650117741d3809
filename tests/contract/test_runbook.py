"""What the runbook names exists: commands, metrics, log lines, places to jump to. Its readers have no time to guess."""

import re
from pathlib import Path

from services.cli import main
from tests.support.watched import ROOT, RUNBOOK, series

TEXT = RUNBOOK.read_text("utf-8")
DATABASES = {"qingdan_tasks", "qingdan_notifications", "qingdan_stats", "qingdan_portal"}


def test_every_link_leads_somewhere():
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}

    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


def test_every_command_is_one():
    named = re.findall(r"(?:`|^    )qingdan ([a-z][a-z-]+)((?: [a-z]+)?)", TEXT, re.MULTILINE)

    assert named

    for name, rest in named:
        command = main.commands[name]
        if hasattr(command, "commands"):
            assert rest.strip() in command.commands


def test_every_make_target_is_one():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z-]+)", TEXT)) <= targets


def test_every_metric_is_measured():
    known = {re.sub(r"_(bucket|count|sum)$", "", name) for name in series()}

    assert set(re.findall(r"\bqingdan_[a-z_]+", TEXT)) - DATABASES <= known


def test_every_log_line_is_written():
    sources = "".join(
        file.read_text("utf-8") for folder in ("services", "shared") for file in Path(ROOT, folder).rglob("*.py")
    )
    sections = TEXT.partition("## Follow one request")[2]
    quoted = set(re.findall(r"`([a-z]+(?: [a-z]+)+)`", sections))
    lines = {
        text for text in quoted if not re.match(r"(qingdan|relay|service|migrate|issuer|portal|kubectl|make) ", text)
    }

    assert {line for line in lines if f'"{line}"' not in sources} == set()


def test_every_file_is_there():
    for path in re.findall(r"`((?:deploy|docs)/[\w./-]+)`", TEXT):
        assert (ROOT / path).exists(), path
