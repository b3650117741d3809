import pytest

from tests.support.eventually import eventually


def test_returns_the_first_true_value():
    answers = iter([0, "", "there"])

    assert eventually(lambda: next(answers)) == "there"


def test_an_exception_means_not_yet():
    def check():
        if next(attempts) < 3:
            raise ConnectionError("still starting")
        return True

    attempts = iter(range(10))

    assert eventually(check)


def test_the_failure_names_the_message_and_the_last_value():
    with pytest.raises(AssertionError, match=r"three duties done within 0.02 s; last value: \[\]"):
        eventually(list, within=0.02, message="three duties done")


def test_the_failure_names_and_carries_the_last_exception():
    def check():
        raise ConnectionError("refused")

    with pytest.raises(AssertionError, match="ConnectionError") as caught:
        eventually(check, within=0.02)

    assert isinstance(caught.value.__cause__, ConnectionError)
