"""The pages, one module per subject. A view reads the form, makes its call, and redirects or renders; nothing more."""

from __future__ import annotations

from services.portal.views import (
    audit,
    boards,
    checklists,
    checks,
    duties,
    enrolling,
    entry,
    groups,
    inbox,
    indicators,
    issuing,
    people,
    questions,
    reports,
    review,
    rounds,
    rows,
    sheets,
    signing,
    units,
)

BLUEPRINTS = (
    entry.pages,
    duties.pages,
    inbox.pages,
    boards.pages,
    checklists.pages,
    checks.pages,
    indicators.pages,
    reports.pages,
    rounds.pages,
    rows.pages,
    questions.pages,
    sheets.pages,
    issuing.pages,
    review.pages,
    signing.pages,
    units.pages,
    groups.pages,
    people.pages,
    enrolling.pages,
    audit.pages,
)
