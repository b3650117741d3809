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
    figure_changes,
    figures,
    groups,
    inbox,
    issuing,
    past,
    people,
    questions,
    review,
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
    figures.pages,
    figure_changes.pages,
    past.pages,
    checklists.pages,
    checks.pages,
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
