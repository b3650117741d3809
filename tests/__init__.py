"""The tests; their helpers' assertions explain themselves like the tests' own."""

import pytest

pytest.register_assert_rewrite("tests.support", "tests.flow.conftest")
