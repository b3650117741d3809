"""The tasks service: units, people, plans, checklists, duties and their audit log."""

from __future__ import annotations

from services.tasks.operations.directory import DirectoryOperations
from services.tasks.operations.doing import DoingOperations
from services.tasks.operations.drafting import DraftingOperations
from services.tasks.operations.issuing import IssuingOperations
from services.tasks.operations.timeline import TimelineOperations
from shared.calling.service import BaseService


class TasksService(
    DirectoryOperations, DraftingOperations, IssuingOperations, DoingOperations, TimelineOperations, BaseService
):
    """Everything that changes the checklist, and the reads that belong to it."""

    name = "tasks"
