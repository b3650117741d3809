"""What happens around every operation: parameters, roles, command ids, errors, refusals."""

import threading
from collections.abc import Iterator
from itertools import count
from uuid import uuid4

import pytest

from shared.actor import Actor, Role
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.caller import Call
from shared.calling.calls import HANDED_OVER, NOT_SIGNED_IN
from shared.calling.params import NoParams, Params
from shared.calling.service import BaseService, command, operations_of, query
from shared.calling.shapes import Shape
from shared.database import Database
from shared.errors import Conflict
from shared.migrations import migrate
from shared.rows import value
from shared.text import Text
from tests.support.postgres import PostgresServer

_numbers = count(1)
WRITER, READER, NOBODY = 1, 2, 99


class Amount(Params):
    amount = f.whole(Text("数量", "amount"), -10, 10)


class Total(Shape):
    total = s.whole()


class Added(Shape):
    added = s.whole()


class Told(Shape):
    word = s.text(allow_none=True)


class CounterService(BaseService):
    """Counts; person 1 may add, person 2 may read."""

    name = "counter"

    def load_actor(self, cur, person_id):
        roles = {WRITER: Role.LEAD_BUREAU, READER: Role.LEADERSHIP}
        if person_id not in roles:
            return None
        return Actor(person_id, 1, frozenset({roles[person_id]}), holder=2 if person_id == WRITER else None)

    @query(NoParams, Total, frozenset({Role.LEADERSHIP, Role.LEAD_BUREAU}))
    def read(self, cur, context, params):
        cur.execute("SELECT coalesce(sum(amount), 0) FROM counted")
        return {"total": value(cur, int)}

    @command(Amount, Added, frozenset({Role.LEAD_BUREAU}))
    def add(self, cur, context, params):
        cur.execute("INSERT INTO counted VALUES (%s)", (params["amount"],))
        if params["amount"] < 0:
            raise Conflict(Text("不能为负", "It may not be negative"), {"current": 3})
        if params["amount"] == 0:
            raise ZeroDivisionError("a defect")
        return {"added": params["amount"]}

    @command(NoParams, Told, frozenset({Role.LEAD_BUREAU}), secrets=("word",))
    def tell(self, cur, context, params):
        return {"word": "open sesame"}

    @query(NoParams, Total, None)
    def lie(self, cur, context, params):
        return {"total": "many", "more": 1}


@pytest.fixture
def service(postgres_server: PostgresServer) -> Iterator[CounterService]:
    name = f"calls_{next(_numbers)}"
    dsn = postgres_server.create_database(name)
    migrate(dsn)
    database = Database(dsn, size=4)
    with database.transaction() as cur:
        cur.execute("CREATE TABLE counted (amount integer)")
    yield CounterService(database)
    database.close()
    postgres_server.drop_database(name)


def envelope(params=None, *, person=WRITER, command_id=None):
    return {"person_id": person, "params": params or {}, "command_id": command_id and str(command_id)}


def total(service) -> int:
    return service.perform("read", envelope(person=READER))["answer"]["total"]


def refusals(service) -> list[tuple[str, int | None]]:
    with service.database.transaction() as cur:
        cur.execute("SELECT operation, person_id FROM refusal ORDER BY id")
        return cur.fetchall()


def test_a_command_takes_effect_and_answers(service):
    assert service.perform("add", envelope({"amount": 5}, command_id=uuid4())) == {"answer": {"added": 5}}
    assert total(service) == 5


def test_a_repeated_command_answers_the_same_and_takes_effect_once(service):
    command_id = uuid4()
    first = service.perform("add", envelope({"amount": 5}, command_id=command_id))

    assert service.perform("add", envelope({"amount": 5}, command_id=command_id)) == first
    assert total(service) == 5


def test_a_secret_is_told_once_and_stored_nowhere(service):
    command_id = uuid4()

    answers = [service.perform("tell", envelope(command_id=command_id))["answer"] for _ in range(2)]

    assert answers == [{"word": "open sesame"}, {"word": None}]
    with service.database.transaction() as cur:
        cur.execute("SELECT count(*) FROM command WHERE command::text LIKE '%sesame%'")
        assert value(cur, int) == 0


def test_two_copies_at_the_same_time_take_effect_once(service):
    command_id = uuid4()
    answers = []

    def send():
        answers.append(service.perform("add", envelope({"amount": 5}, command_id=command_id)))

    copies = [threading.Thread(target=send) for _ in range(4)]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()

    assert answers == [{"answer": {"added": 5}}] * 4
    assert total(service) == 5


def as_holder(holder, *, person=WRITER, command_id=None):
    return Call({"amount": 5} if person == WRITER else {}, person, command_id or uuid4(), holder=holder).as_dict()


def test_only_the_holder_of_the_post_who_is_meant_is_carried_out(service):
    assert service.perform("add", as_holder(2)) == {"answer": {"added": 5}}
    for operation, other in (
        ("add", as_holder(1)),
        ("add", as_holder(3)),
        # A service that does not know who holds a post believes nobody who says it.
        ("read", as_holder(1, person=READER)),
    ):
        assert service.perform(operation, other)["error"]["text"] == HANDED_OVER.as_dict()
    assert total(service) == 5
    # Whoever it was, it is not the one whose account it is by now.
    assert refusals(service) == []


def test_a_command_repeated_by_who_need_not_be_proven_any_more_is_the_same(service):
    command_id = uuid4()
    first = service.perform("add", as_holder(2, command_id=command_id))

    assert service.perform("add", envelope({"amount": 5}, command_id=command_id)) == first
    assert total(service) == 5


@pytest.mark.parametrize(
    "said", [7, [], {}, {"person_id": WRITER}, {"holder": 2}, {"person_id": WRITER, "holder": "x"}]
)
def test_a_holder_that_is_none_is_refused(service, said):
    asked = envelope({"amount": 5}, person=None, command_id=uuid4()) | {"as_holder": said}

    assert service.perform("add", asked)["error"]["code"] == "invalid"
    assert total(service) == 0


def test_to_the_release_before_a_call_that_says_the_holder_is_one_of_nobody(service):
    told = as_holder(2)
    told.pop("as_holder")

    assert service.perform("add", told)["error"]["text"] == NOT_SIGNED_IN.as_dict()


def test_a_command_id_of_another_person_is_refused(service):
    command_id = uuid4()
    service.perform("add", envelope({"amount": 5}, command_id=command_id))
    with service.database.transaction() as cur:
        cur.execute("UPDATE command SET person_id = 7")

    reply = service.perform("add", envelope({"amount": 5}, command_id=command_id))

    assert reply["error"]["code"] == "conflict"


def test_a_failed_command_keeps_nothing_and_may_be_sent_again(service):
    command_id = uuid4()

    reply = service.perform("add", envelope({"amount": -1}, command_id=command_id))

    assert reply["error"]["code"] == "conflict"
    assert reply["error"]["details"] == {"current": 3}
    assert total(service) == 0
    assert "answer" in service.perform("add", envelope({"amount": 1}, command_id=command_id))


@pytest.mark.parametrize(
    "params", [{}, {"amount": "five"}, {"amount": None}, {"amount": 1.5}, {"amount": 1, "foreign": 2}]
)
def test_a_wrong_field_is_named_in_both_languages(service, params):
    error = service.perform("add", envelope(params, command_id=uuid4()))["error"]

    assert error["code"] == "invalid"
    for text in error["details"]["fields"].values():
        assert text["zh"]
        assert text["en"]
    assert total(service) == 0


@pytest.mark.parametrize("broken", [None, [], "text", 7, {"person_id": "x"}, {"command_id": "no uuid", "person_id": 1}])
def test_a_malformed_envelope_is_an_error_and_never_an_exception(service, broken):
    assert service.perform("add", broken)["error"]["code"] in {"invalid", "forbidden"}


def test_a_command_without_id_is_refused(service):
    assert service.perform("add", envelope({"amount": 5}))["error"]["code"] == "invalid"
    assert total(service) == 0


@pytest.mark.parametrize("person", [READER, NOBODY, None])
def test_whoever_may_not_is_refused_and_the_refusal_is_recorded(service, person):
    reply = service.perform("add", envelope({"amount": 5}, person=person, command_id=uuid4()))

    assert reply["error"]["code"] == "forbidden"
    assert refusals(service) == [("add", person)]


def test_a_defect_answers_with_a_sentence_and_without_its_trace(service):
    error = service.perform("add", envelope({"amount": 0}, command_id=uuid4()))["error"]

    assert error["code"] == "internal"
    assert "defect" not in str(error)
    assert total(service) == 0


def test_the_marks_of_a_service_are_found(service):
    assert set(operations_of(CounterService)) == {"read", "add", "lie", "tell"}


def test_an_answer_of_another_shape_fails_the_test_that_got_it(service, wrong_answers):
    """The tests say so, not the service: checking every answer costs more than many of them."""
    assert "answer" in service.perform("lie", envelope())

    assert [complaint.partition(":")[0] for complaint in wrong_answers] == ["counter.lie is no Total"]
    assert "total" in wrong_answers[0]
    assert "more" in wrong_answers[0]
    wrong_answers.clear()
