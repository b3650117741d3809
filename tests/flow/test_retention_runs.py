"""In both modes every policy is carried out, in every database, by whoever runs anyway."""

import pytest

from services.running.registry import retention_of
from shared.process.settings import DATABASES
from tests.flow.conftest import System
from tests.support.clerks import Installation
from tests.support.eventually import eventually


@pytest.fixture
def installation(system: System) -> Installation:
    return Installation(system.home, system.url)


def _carried_out(installation, name):
    with installation.cursor(name) as cur:
        cur.execute("SELECT policy FROM retention_run WHERE done_at IS NOT NULL")
        return {policy for (policy,) in cur.fetchall()}


def test_every_policy_has_its_turn_in_every_database(installation):
    for name in DATABASES:
        wanted = {policy.name for policy in retention_of(name).policies}
        eventually(lambda name=name, wanted=wanted: _carried_out(installation, name) == wanted, within=60)
