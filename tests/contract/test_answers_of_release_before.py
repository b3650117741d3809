"""What the release before leaves out of an answer, a page of this one does not take for granted.

While processes are replaced either release answers. What is asked is asked once more until a process of this release
answers, which `SINCE_THEN` knows it by; what a command answers is read by pages that do without.
"""

from services.portal.clients import SINCE_THEN
from tests.support.operations import METHODS, OPERATIONS, fields_of
from tests.support.releases import names_then, operations_then

# Who is signed in, read by `Person` and `holder_of`, which do without.
READ_BY_ALL = {"tasks.sign_in", "tasks.who_am_i"}


def added(name: str) -> set[str]:
    """The fields of the operation's answer that the release before does not give, as paths without signs of lists."""
    paths = [path.replace("[]", "") for path, _field in fields_of(OPERATIONS[name].answer)]
    return {path for path in paths if path.rpartition(".")[2] not in names_then()}


def known_to_both() -> list[str]:
    """The questions that pages ask and that the release before answers too."""
    return sorted(
        name
        for name, operation in OPERATIONS.items()
        if operation.name in operations_then()
        and not operation.is_command
        and "release before" not in (METHODS[name].__doc__ or "")
    )


def test_an_answer_of_this_release_is_told_by_a_field_that_was_added():
    marks = {name: ".".join(SINCE_THEN.get(tuple(name.split(".")), ())) for name in known_to_both()}
    wrong = {
        name: sorted(added(name))
        for name, mark in marks.items()
        if name not in READ_BY_ALL and mark not in (added(name) or {""})
    }

    assert wrong == {}


def test_nothing_is_told_of_other_questions():
    assert {".".join(one) for one in SINCE_THEN} <= set(known_to_both())
    assert {"notifications.inbox", "stats.overview", "tasks.get_duty"} <= set(known_to_both())
