"""Words of tracing that pages and clients know, and sentences that several of its modules say."""

from __future__ import annotations

from shared.text import Text

AS_MEASURE, AS_TASK, AS_TEXT = "measure", "task", "text"
WAYS = (AS_MEASURE, AS_TASK, AS_TEXT)
TAKEN, SPLIT, MERGED = "piece.taken", "measure.split", "measure.merged"
KINDS = (TAKEN, SPLIT, MERGED)
OFFERED, FIGURE_TAKEN, DECLINED = "offered", "taken", "declined"
STATES = (OFFERED, FIGURE_TAKEN, DECLINED)
# Why a piece is left out, beside the reasons of the reader.
DELETED = "deleted"

CHANGED_ROW = Text(
    "这一行刚被别人改过，请看最新的内容再试。",
    "Somebody has just changed this row. Look at it as it is now, and try again.",
)
