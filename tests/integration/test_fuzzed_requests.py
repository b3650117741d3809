"""Whatever is sent is answered with a page that says what is wrong: a slice of `make fuzz REQUESTS=10000 SEED=1`."""

import os
import time

import pytest

from shared import clock
from tests.support.busy import NOON, fill
from tests.support.fuzzing import Fuzzing

REQUESTS = int(os.environ.get("TESTS_FUZZ_REQUESTS", "150"))
# Each day others, which the message names.
SEED = int(os.environ.get("TESTS_FUZZ_SEED", int(time.time()) // 86400))


@pytest.fixture
def house(house_of_its_own, monkeypatch):
    """In which something of everything goes on: what is sent is carried out."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    with house_of_its_own("fuzzed") as found:
        yield found


@pytest.mark.timeout(420 + REQUESTS)
def test_no_request_makes_a_page_fail(house, capsys):
    found = Fuzzing(house, fill(house), SEED).run(REQUESTS)

    with capsys.disabled():
        if "TESTS_FUZZ_REQUESTS" in os.environ:
            print(f"\nseed {SEED}: {dict(sorted(found.statuses.items()))}")  # noqa: T201 - what `make fuzz` says
    assert found.failed == {}, f"seed {SEED}"
    assert sum(found.statuses.values()) == REQUESTS
    assert len(found.statuses) > 3
