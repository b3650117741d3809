"""What bandit finds in our code, less the exceptions: each by its line, with its reason, in exceptions.toml.

An exception names the text of its line and not its number, so that it holds while lines move, and stops holding when
the line says something else. One that fits nothing any more is itself a finding. Of SQL that is put together only that
needs an exception which is put together of more than constants: see `constants`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from deploy.audit.constants import put_in
from deploy.audit.outcome import ROOT, Outcome

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")
OF_SQL = "B608"
SECONDS = 300


class Finding(NamedTuple):
    """`file` from the root, `line` as it reads, without the blanks around it.

    Of SQL the line tells nothing: there it is the function, and what is put in that is no constant.
    """

    test: str
    file: str
    line: str


def look() -> Outcome:
    """Go over all of it."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive"]
    command += ["--format", "json", "services", "shared", "deploy"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own words
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return Outcome(2, f"the code was NOT looked over: bandit gave no answer.\n{done.stderr[-2000:]}")
    if answer["errors"]:
        return Outcome(2, f"bandit could NOT read some of the code: {answer['errors']}")
    return judged(found_in(answer, ROOT), excepted(tomllib.loads(EXCEPTIONS.read_text("utf-8"))))


def found_in(answer: dict[str, Any], root: Path) -> list[Finding]:
    """What needs an exception, of what bandit said as JSON of the tree at `root`."""
    found = []
    for one in answer["results"]:
        source = (root / one["filename"]).read_text("utf-8")
        line = source.splitlines()[one["line_number"] - 1].strip()
        if one["test_id"] == OF_SQL:
            foreign = put_in(source, one["line_number"])
            if not foreign:
                continue
            line = ": ".join((foreign[0], ", ".join(foreign[1:])))
        found.append(Finding(one["test_id"], Path(one["filename"]).as_posix(), line))
    return found


def excepted(listed: dict[str, Any]) -> list[Finding]:
    """The exceptions of the file. ValueError for one without a reason."""
    without = [one for one in listed["exception"] if not one["reason"].strip()]
    if without:
        raise ValueError(f"exceptions without a reason: {without}")
    return [Finding(one["test"], one["file"], one["line"]) for one in listed["exception"]]


def judged(found: Iterable[Finding], exceptions: Iterable[Finding]) -> Outcome:
    """What is found without an exception, and which exceptions fit nothing."""
    all_found, allowed = set(found), set(exceptions)
    wrong = [f"{one.file}: {one.test}: {one.line}" for one in sorted(all_found - allowed)]
    needless = sorted(allowed - all_found)
    wrong += [f"{one.file}: an exception from {one.test} fits nothing: {one.line}" for one in needless]
    if wrong:
        return Outcome(1, "bandit finds in the code:\n  " + "\n  ".join(wrong))
    return Outcome(0, f"bandit finds nothing but the {len(allowed)} exceptions that have their reasons.")
