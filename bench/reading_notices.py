"""A notice of 20 pages is read in under 1 s, and of notices in many forms nearly everything is read rightly.

Measured is from the bytes of the file to the draft. The baseline is finding numbers and labels in that text with one
regular expression. The shares are those of the forms in `tests/unit/notices/forms`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from bench.support.nodes import line
from bench.support.size import size
from services.running.example_directory import load_example_directory
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice
from tests.flow.conftest import ROOT
from tests.support.notice_forms import Score, forms, scores, too_little

TURNS = size(20, tiny=1)
# A page of GB/T 9704 has 22 lines of 28 signs.
PAGES, SIGNS_A_PAGE = 20, 22 * 28
GOAL_SECONDS = 1.0
PLAIN = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、])|(?:责任|牵头|配合)单位[:：]", re.MULTILINE
)


def main() -> str:
    directory = load_example_directory(ROOT / "data")
    text = (ROOT / "tests/unit/notices/county-plan.txt").read_text()
    content = (text * (1 + PAGES * SIGNS_A_PAGE // len(text))).encode()
    taken = _slowest(lambda: read_notice(read_file("notice.txt", content), directory))
    baseline = _slowest(lambda: PLAIN.findall(content.decode()))
    found = scores(lambda form: read_notice(read_file("notice.txt", form.text.encode()), directory), directory)
    return line(
        f"milliseconds to read a notice of {len(content.decode()) // SIGNS_A_PAGE} pages; the baseline is finding its"
        f" numbers and labels alone. Of {len(forms())} forms: {'; '.join(map(_said, found, found.values()))}",
        taken * 1000,
        "ms",
        baseline=baseline * 1000,
        goal=GOAL_SECONDS * 1000,
        met=taken < GOAL_SECONDS and not too_little(found),
    )


def _slowest(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return max(taken)


def _said(what: str, score: Score) -> str:
    return f"{what} precision {score.precision:.3f}, recall {score.recall:.3f}"


if __name__ == "__main__":
    print(main())
