"""The commands that the docs tell a reader to type are there, and set up what they need."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def targets() -> dict[str, str]:
    """What each target needs first, by its name."""
    return dict(re.findall(r"^([a-z0-9-]+):(?!=) *([^#\n]*)", MAKEFILE, re.MULTILINE))


def told() -> set[str]:
    """Targets that stand in a line of code of the docs."""
    found: set[str] = set()
    for page in PAGES:
        for code in re.findall(r"`([^`\n]+)`|^ {4}(.+)$", page.read_text("utf-8"), re.MULTILINE):
            found |= set(re.findall(r"\bmake ([a-z][a-z0-9-]+)", " ".join(code)))
    return found


def test_the_docs_tell_of_some():
    assert len(told()) > 8


@pytest.mark.parametrize("target", sorted(told()))
def test_a_target_that_the_docs_name_exists(target):
    assert target in targets()


def test_benches_bring_what_the_tests_need_because_they_use_their_servers():
    """They ran only where the tests had run before."""
    assert "setup-test" in targets()["bench"].split()


def test_the_peers_have_an_environment_of_their_own_which_no_test_needs():
    assert {"setup-test", ".venv-peers/.ready"} == set(targets()["bench-peers"].split())
    assert not [name for name, needs in targets().items() if "peers" in needs and name != "bench-peers"]


def test_the_country_is_measured_on_the_servers_of_the_tests():
    assert "setup-test" in targets()["bench-large"].split()


def test_the_command_of_a_checkout_works_from_any_folder(tmp_path):
    beside = tmp_path / "checkout" / ".venv" / "bin"
    beside.mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "qingdan", beside)
    (beside / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (beside / "python").chmod(0o755)
    for part in ("services", "shared"):
        (tmp_path / "checkout" / part).symlink_to(ROOT / part)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    command = [str(beside / "qingdan"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("用法 / Usage: qingdan ")
