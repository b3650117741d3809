"""Words for the parts of a meeting's agenda."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

PARTS = {
    "blocked": _l("需要协调的困难"),
    "overdue": _l("逾期未完成的责任"),
    "targets": _l("有风险的目标"),
    "economy": _l("经济与就业"),
    "former": _l("上次会议议定的事项"),
    "other": _l("其他"),
}
