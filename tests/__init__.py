"""The tests; their helpers' assertions explain themselves like the tests' own."""

import sys

# A process that a test starts has no use for pytest: loading it would be a quarter of its start.
if "pytest" in sys.modules:
    import pytest

    pytest.register_assert_rewrite("tests.support", "tests.flow.conftest")
