"""What monitoring shows of attempts to sign in: how many, and what became of them; never whose they were."""

from __future__ import annotations

import datetime as dt

from prometheus_client import Counter, Gauge

from services.portal.signing_in import store
from shared.database import Database
from shared.process.loop import Loop
from shared.process.metrics import begin_at_zero

# must_wait came too early, crowded found no turn of hashing; away are those of which nobody could be asked.
OUTCOMES = ("signed_in", "wrong", "must_wait", "crowded", "away")
SIGN_INS = Counter("qingdan_sign_ins_total", "Attempts to sign in, and what became of them", ["outcome"])
SPRAYED = Gauge(
    "qingdan_sign_in_names_sprayed", "With how many names one address failed in the last quarter of an hour, the most"
)
WITHIN = dt.timedelta(minutes=15)
MEASURE_SECONDS = 15.0

begin_at_zero(SIGN_INS, OUTCOMES)


def measure(database: Database) -> None:
    """Set the gauge."""
    with database.transaction() as cur:
        SPRAYED.set(store.sprayed(cur, within=WITHIN).names)


def measuring_loop(database: Database) -> Loop:
    """A thread that does so."""

    def step() -> float:
        measure(database)
        return MEASURE_SECONDS

    return Loop("portal sign-ins", step)
