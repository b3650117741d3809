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
    issuing,
    people,
    questions,
    report_books,
    review,
    rows,
    sheets,
    signing,
    submission_review,
    submissions,
    units,
)

BLUEPRINTS = (
    entry.pages,
    duties.pages,
    inbox.pages,
    boards.pages,
    checklists.pages,
    checks.pages,
    rows.pages,
    questions.pages,
    report_books.pages,
    sheets.pages,
    issuing.pages,
    review.pages,
    signing.pages,
    submission_review.pages,
    submissions.pages,
    units.pages,
    groups.pages,
    people.pages,
    enrolling.pages,
    audit.pages,
)
