"""The tasks service: units, people, plans, checklists, duties and their audit log."""

from __future__ import annotations

from services.tasks.amending.operations import AmendingOperations
from services.tasks.audit.kinds import LOGS
from services.tasks.audit.operations import AuditOperations
from services.tasks.calendar.operations import CalendarOperations
from services.tasks.delegation.operations import DelegationOperations
from services.tasks.difficulties.operations import DifficultyOperations
from services.tasks.directory.operations import DirectoryOperations
from services.tasks.drafting.group_operations import GroupOperations
from services.tasks.drafting.operations import DraftingOperations
from services.tasks.duties.operations import DoingOperations
from services.tasks.duties.timeline import TimelineOperations
from services.tasks.enrolling.operations import EnrollingOperations
from services.tasks.evidence.operations import EvidenceOperations
from services.tasks.files.operations import FileOperations
from services.tasks.issuing.operations import IssuingOperations
from services.tasks.ledger.operations import LedgerOperations
from services.tasks.lights.operations import LightOperations
from services.tasks.lookup.operations import LookupOperations
from services.tasks.meetings.operations import MeetingOperations
from services.tasks.new_names.operations import NewNameOperations
from services.tasks.posts.operations import PostOperations
from services.tasks.practices.operations import PracticeOperations
from services.tasks.remarks.operations import RemarkOperations
from services.tasks.retention import RETENTION
from services.tasks.samples.operations import SampleOperations
from services.tasks.search.operations import SearchOperations
from services.tasks.suggestions.operations import SuggestionOperations
from services.tasks.tracing.operations import TracingOperations
from services.tasks.urging.operations import UrgingOperations
from services.tasks.years.operations import YearOperations
from shared import calendars
from shared.calling.service import BaseService
from shared.calling.together import TogetherOperations


class TasksService(
    DirectoryOperations,
    PostOperations,
    LookupOperations,
    EnrollingOperations,
    GroupOperations,
    DraftingOperations,
    TracingOperations,
    NewNameOperations,
    IssuingOperations,
    AmendingOperations,
    YearOperations,
    MeetingOperations,
    DoingOperations,
    DifficultyOperations,
    DelegationOperations,
    SampleOperations,
    SearchOperations,
    UrgingOperations,
    SuggestionOperations,
    RemarkOperations,
    PracticeOperations,
    TimelineOperations,
    EvidenceOperations,
    CalendarOperations,
    LightOperations,
    LedgerOperations,
    AuditOperations,
    FileOperations,
    TogetherOperations,
    BaseService,
):
    """Everything that changes the checklist, and the reads that belong to it."""

    name = "tasks"
    retention = RETENTION
    logs = LOGS
    begin = staticmethod(calendars.begin)
