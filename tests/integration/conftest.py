"""Every row that an integration test makes is looked at: mypy believes the types of its fields unseen."""

from collections.abc import Iterator

import pytest

from tests.support.true_rows import checked_rows


@pytest.fixture(scope="session", autouse=True)
def true_rows() -> Iterator[None]:
    with checked_rows():
        yield
