"""Operations of drafting: checklists and their rows, questions, notices, workbooks."""

from __future__ import annotations

from services.tasks.drafting import answering, answers, from_notice, from_sheet, queries, rows, schemas
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.errors import NotFound

LEAD = frozenset({Role.LEAD_BUREAU})
LEAD_OR_LEADERSHIP = frozenset({Role.LEAD_BUREAU, Role.LEADERSHIP})


class DraftingOperations(BaseService):
    @query(NoParams, READERS_OF_ALL | {Role.ADMINISTRATOR})
    def list_checklists(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        return {"checklists": [answers.listed_checklist(row) for row in queries.checklists(cur)]}

    @command(schemas.CreateChecklist, LEAD)
    def create_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return {"checklist_id": rows.create_checklist(cur, context, params)}

    @command(schemas.ImportNotice, LEAD)
    def import_notice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return from_notice.import_notice(cur, context, self.offload, params)

    @query(schemas.ChecklistOnly, READERS_OF_ALL)
    def get_checklist(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return answers.checklist_as_dict(cur, rows.checklist_with_id(cur, params["checklist_id"]))

    @command(schemas.SaveChecklist, LEAD)
    def save_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return rows.save_checklist(cur, context, params)

    @command(schemas.DeleteChecklist, LEAD)
    def delete_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        rows.delete_checklist(cur, context, params)
        return {}

    @command(schemas.AddRow, LEAD)
    def add_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return rows.add_row(cur, context, params)

    @query(schemas.RowOnly, READERS_OF_ALL)
    def get_row(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        row = queries.row(cur, params["row_id"])
        if row is None:
            raise NotFound(rows.NO_ROW)
        return answers.row_page(cur, rows.checklist_with_id(cur, row.checklist_id), row.id)

    @command(schemas.SaveRow, LEAD)
    def save_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return rows.save_row(cur, context, params)

    @command(schemas.MoveRow, LEAD)
    def move_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return rows.move_row(cur, context, params)

    @command(schemas.DeleteRow, LEAD)
    def delete_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        rows.delete_row(cur, context, params)
        return {}

    @command(schemas.AnswerQuestions, LEAD)
    def answer_questions(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return answering.answer_questions(cur, context, params)

    @command(schemas.ImportRows, LEAD)
    def import_rows(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return {"rows": from_sheet.import_rows(cur, context, self.offload, params)}

    @command(schemas.ChecklistOnly, LEAD_OR_LEADERSHIP)
    def export_rows(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        return {"file_id": from_sheet.export_rows(cur, context, self.offload, params["checklist_id"])}

    @command(NoParams, LEAD)
    def rows_template(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        return {"file_id": from_sheet.rows_template(cur, context, self.offload)}
