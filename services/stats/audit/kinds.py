"""What an auditor's list of reporting is sorted into. Pure: which acts belong together."""

from __future__ import annotations

from collections.abc import Mapping

from shared.sealing.sources import OF_ALL, Source

REFUSED = "refused"

# By kind, its acts: the noun and what was done to it.
KINDS: Mapping[str, tuple[str, ...]] = {
    "indicators": ("indicator.saved",),
    "reports": ("report.saved", "report_unit.saved"),
    "rounds": ("round.unlocked",),
    "checks": ("check.saved", "check.switched"),
    "submissions": (
        *("submission.submitted", "submission.taken_back", "submission.proxied"),
        *("submission.corrected", "submission.given_up"),
    ),
    "reviewing": ("submission.confirmed", "submission.passed", "submission.accepted", "submission.returned"),
    "figures": ("adjustment.added", "external.recorded"),
    "targets": ("target.saved", "target.split", "target.dropped", "statement.put_aside"),
    "bulletins": ("bulletin.made", "bulletin.saved", "bulletin.signed", "bulletin.withdrawn"),
    "imports": ("import.begun", "import.applied", "import.discarded"),
    "settings": ("unit_setting.saved", "economy.saved"),
    "refusals": (REFUSED,),
}
# What is sealed: it changes no more.
LOGS = (
    *OF_ALL,
    Source("audit_log"),
    Source("submission_history", where="action <> 'saved'"),
    Source("lock_exception", at="granted_at"),
    Source("adjustment", at="known_since"),
)
ACTS = frozenset(act for acts in KINDS.values() for act in acts)
