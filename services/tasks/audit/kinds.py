"""What the log of an auditor is sorted into. Pure: which entries belong together, and what an act made of a duty."""

from __future__ import annotations

from collections.abc import Mapping

from shared.sealing.sources import OF_ALL, Source

# What stands in no log: a reminder changes nothing.
NOT_LOGGED = frozenset({"reminded"})
REFUSALS = "refusals"

# What is sealed: it changes no more.
LOGS = (
    *OF_ALL,
    Source("audit_log"),
    Source("duty_history", where="action NOT IN ('reminded', 'issued')"),
)

POSTS = ("post.handed_over", "post.substituted", "post.substitution_ended", "post.entered")
# By kind, the entries of the audit log.
ENTRIES: Mapping[str, tuple[str, ...]] = {
    "signing_in": ("person.signed_in", "person.signed_out", "person.password_changed"),
    "people": ("person.saved", "person.password_reset", "person.unlocked", "people.imported", *POSTS),
    "units": ("unit.saved", "units.imported", "group.saved"),
    "drafting": (
        *("checklist.created", "checklist.saved", "checklist.contact_saved", "checklist.deleted"),
        *("notice.imported", "questions.answered"),
        *("row.added", "row.saved", "row.moved", "row.deleted", "rows.saved", "rows.imported"),
        *("piece.taken", "measure.split", "measure.merged", "change.undone", "figures.taken", "figures.declined"),
    ),
    "issuing": (
        *("checklist.issue_started", "amendment.begun", "amendment.issued"),
        *("checklist.closed", "checklist.carried", "year.dropped"),
    ),
    "meetings": ("meeting.made", "meeting.saved", "meeting.deleted", "meeting.decided"),
    "practices": ("practice.corrected",),
    "calendar": ("calendar.imported", "calendar.day_saved"),
    "lights": ("lights.saved", "lights.taken_back"),
    "suggestions": ("suggestion.answered",),
    "exports": ("rows.exported", "list.exported"),
}
# By kind, what happened to a duty.
ACTS: Mapping[str, tuple[str, ...]] = {
    "doing": (
        *("acknowledged", "submitted", "completed", "reopened", "progress"),
        *("blocked", "unblocked", "waiver_asked", "waiver_taken_back"),
        *("extension_asked", "extension_taken_back", "remark_answered", "evidence_added", "evidence_removed"),
        *("delegated", "given", "taken_back", "practice_offered", "practice_withdrawn"),
    ),
    "reviewing": (
        *("accepted", "returned", "waived", "waiver_refused", "blocker_accepted", "blocker_answered"),
        *("clock_resumed", "extended", "extension_refused", "extension_overtaken", "urged", "remarked"),
        *("practice_published", "practice_corrected", "practice_put_aside", "practice_taken_back"),
    ),
    "amending": ("amended", "withdrawn", "brought_back"),
}
# Of no kind that can be chosen: there are as many as duties, and issuing has an entry of its own.
OF_NO_KIND = frozenset({"issued"})
KINDS = (*ENTRIES, *ACTS, REFUSALS)

# The state of a duty after an act; what stands not here leaves it as it was.
STATES_AFTER: Mapping[str, str] = {
    "acknowledged": "acknowledged",
    "submitted": "submitted",
    "completed": "accepted",
    "reopened": "acknowledged",
    "accepted": "accepted",
    "returned": "returned",
    "waived": "waived",
    "given": "issued",
    "taken_back": "withdrawn",
    "withdrawn": "withdrawn",
    "brought_back": "issued",
}
FIRST_STATE = "issued"
