"""Parameters of the operations of the audit log."""

from __future__ import annotations

from shared.calling import params as f
from shared.calling.params import Params


class Page(Params):
    page = f.page()
