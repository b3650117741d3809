"""Parameters of the operations of the audit log."""

from __future__ import annotations

from services.tasks.vocabulary import PAGE
from shared.calling import params as f
from shared.calling.params import Params


class Page(Params):
    page = f.whole(PAGE, 1, 1_000_000, load_default=1)
