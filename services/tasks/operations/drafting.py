"""Operations of drafting: checklists and their rows, questions, notices, workbooks."""

# ruff: noqa: ARG002 - every operation has the same signature, whether it needs all of it or not

from __future__ import annotations

from typing import Any

from services.tasks import checklist_answers as answers
from services.tasks import drafting, drafting_notice, drafting_questions, drafting_workbook, schemas
from services.tasks.queries import checklist as queries
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Context
from shared.calling.service import BaseService, NoParams, command, query
from shared.database import Cursor
from shared.errors import NotFound

LEAD = frozenset({Role.LEAD_BUREAU})
LEAD_OR_LEADERSHIP = frozenset({Role.LEAD_BUREAU, Role.LEADERSHIP})

Answer = dict[str, Any]


class DraftingOperations(BaseService):
    @query(NoParams, READERS_OF_ALL | {Role.ADMINISTRATOR})
    def list_checklists(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return {"checklists": [answers.listed_checklist(row) for row in queries.checklists(cur)]}

    @command(schemas.CreateChecklist, LEAD)
    def create_checklist(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return {"checklist_id": drafting.create_checklist(cur, context, params)}

    @command(schemas.ImportNotice, LEAD)
    def import_notice(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return drafting_notice.import_notice(cur, context, self.offload, params)

    @query(schemas.ChecklistOnly, READERS_OF_ALL)
    def get_checklist(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return answers.checklist_as_dict(cur, drafting.checklist_with_id(cur, params["checklist_id"]))

    @command(schemas.SaveChecklist, LEAD)
    def save_checklist(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return drafting.save_checklist(cur, context, params)

    @command(schemas.DeleteChecklist, LEAD)
    def delete_checklist(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        drafting.delete_checklist(cur, context, params)
        return {}

    @command(schemas.AddRow, LEAD)
    def add_row(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return drafting.add_row(cur, context, params)

    @query(schemas.RowOnly, READERS_OF_ALL)
    def get_row(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        row = queries.row(cur, params["row_id"])
        if row is None:
            raise NotFound(drafting.NO_ROW)
        return answers.row_page(cur, queries.checklist(cur, row.checklist_id), row.id)

    @command(schemas.SaveRow, LEAD)
    def save_row(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return drafting.save_row(cur, context, params)

    @command(schemas.MoveRow, LEAD)
    def move_row(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return drafting.move_row(cur, context, params)

    @command(schemas.DeleteRow, LEAD)
    def delete_row(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        drafting.delete_row(cur, context, params)
        return {}

    @command(schemas.AnswerQuestions, LEAD)
    def answer_questions(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return drafting_questions.answer_questions(cur, context, params)

    @command(schemas.ImportRows, LEAD)
    def import_rows(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return {"rows": drafting_workbook.import_rows(cur, context, self.offload, params)}

    @command(schemas.ChecklistOnly, LEAD_OR_LEADERSHIP)
    def export_rows(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return {"file_id": drafting_workbook.export_rows(cur, context, self.offload, params["checklist_id"])}

    @command(NoParams, LEAD)
    def rows_template(self, cur: Cursor, context: Context, params: dict[str, Any]) -> Answer:
        return {"file_id": drafting_workbook.rows_template(cur, context, self.offload)}
