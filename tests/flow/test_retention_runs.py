"""In both modes every policy is carried out, in every database, by whoever runs anyway."""

import pytest

from services.running.registry import retention_of
from shared.process.settings import DATABASES
from tests.flow.conftest import COMMANDS, start
from tests.support.clerks import Installation
from tests.support.eventually import eventually
from tests.support.ports import release_port, reserve_port
from tests.support.processes import make_folder, remove_folder


@pytest.fixture(params=sorted(COMMANDS))
def installation(request):
    home, port = make_folder(f"retention-{request.param}"), reserve_port()
    process = start(request.param, home, port)
    yield Installation(home, f"http://127.0.0.1:{port}")
    process.terminate(15, within=60)
    release_port(port)
    remove_folder(home)


def _carried_out(installation, name):
    with installation.cursor(name) as cur:
        cur.execute("SELECT policy FROM retention_run WHERE done_at IS NOT NULL")
        return {policy for (policy,) in cur.fetchall()}


def test_every_policy_has_its_turn_in_every_database(installation):
    for name in DATABASES:
        wanted = {policy.name for policy in retention_of(name).policies}
        eventually(lambda name=name, wanted=wanted: _carried_out(installation, name) == wanted, within=60)
