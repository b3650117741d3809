"""The example's folder outlives a database: the sign-ins that are printed are those of the database that is there."""

from uuid import uuid4

import pytest

from services.running import example, example_reports
from services.running.home import open_home
from services.running.registry import migrate_database
from services.stats.service import StatsService
from services.tasks.issuer import Issuer
from services.tasks.service import TasksService
from shared.calling.caller import Call
from shared.database import Database
from shared.delivery.inprocess import InProcess
from shared.errors import Forbidden
from tests.support.checklists import fetch


@pytest.fixture
def new_databases(postgres_server):
    """Databases of tasks and stats in which there is nothing yet, with the issuer at work."""
    found = {}
    for service in ("tasks", "stats"):
        dsn = postgres_server.create_database(f"example_again_{service}")
        migrate_database(service, dsn)
        found[service] = Database(dsn, size=6)
    issuer = Issuer(found["tasks"])
    issuer.start()
    yield found
    issuer.stop()
    for service, database in found.items():
        database.close()
        postgres_server.drop_database(f"example_again_{service}")


@pytest.fixture
def old_home(tmp_path):
    """A folder that says that the example is complete: it was, in some other database."""
    home = open_home(tmp_path)
    state = example._load_or_start(home)
    example.write_private(home.example_file, {**state, "complete": True})
    return home


def test_the_example_is_made_in_a_database_that_does_not_have_it(old_home, new_databases):
    tasks = new_databases["tasks"]
    caller = InProcess({"tasks": TasksService(tasks), "stats": StatsService(new_databases["stats"])})
    caller.start()
    try:
        example.create_once(old_home, caller, tasks)

        password = example._load_or_start(old_home)["passwords"]["leader"]
        assert caller.call("tasks", "sign_in", Call({"name": "leader", "password": password}))["person_id"]
        _accepts_what_the_bureau_did(caller, tasks)
        with new_databases["stats"].transaction() as cur:
            cur.execute("SELECT count(*) FROM submission WHERE state = 'accepted'")
            assert cur.fetchone()[0] == example_reports.ACCEPTED
    finally:
        caller.stop()


def _accepts_what_the_bureau_did(caller, tasks):
    """The bureau marks a duty of its own done: whoever did that does not accept it, the colleague does."""
    people = {row.sign_in_name: row.id for row in fetch(tasks, "SELECT sign_in_name, id FROM person")}
    own = """
        SELECT duty.id, duty.version FROM duty JOIN checklist_row ON checklist_row.id = item_id
        JOIN person ON person.unit_id = duty.unit_id AND person.id = %s
        WHERE state IN ('issued', 'acknowledged') AND review_rule = 'all' LIMIT 1
    """
    lead, colleague = people[example.LEAD], people[example.COLLEAGUE]
    (duty,) = fetch(tasks, own, (lead,))
    done = {"duties": [{"duty_id": duty.id, "version": duty.version}], "note": ""}
    answer = caller.call("tasks", "submit_duties", Call(done, lead, uuid4()))
    (version,) = [one["version"] for one in answer["duties"]]
    accepted = {"duty_id": duty.id, "version": version}
    with pytest.raises(Forbidden):
        caller.call("tasks", "accept_duty", Call(accepted, lead, uuid4()))
    caller.call("tasks", "accept_duty", Call(accepted, colleague, uuid4()))
    assert fetch(tasks, "SELECT state FROM duty WHERE id = %s", (duty.id,)) == [("accepted",)]
