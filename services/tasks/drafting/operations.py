"""Operations of drafting: checklists and their rows, questions, notices, workbooks."""

from __future__ import annotations

from functools import partial

from services.tasks.drafting import (
    answer_schemas,
    answering,
    answers,
    from_notice,
    from_sheet,
    queries,
    rows,
    schemas,
    several,
)
from services.tasks.files import files
from services.tasks.files.schemas import FileMade
from services.tasks.notices import reading
from services.tasks.notices.draft import Draft
from services.tasks.notices.files import is_old_document
from services.tasks.sheets.lines import Line
from shared import clock
from shared.actor import READERS_OF_ALL, Role
from shared.apart import office
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor
from shared.errors import NotFound
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})
LEAD_OR_LEADERSHIP = frozenset({Role.LEAD_BUREAU, Role.LEADERSHIP})


class DraftingOperations(BaseService):
    """Checklists, their rows and questions, notices and workbooks."""

    @query(NoParams, answer_schemas.Checklists, READERS_OF_ALL | {Role.ADMINISTRATOR})
    def list_checklists(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List all checklists."""
        return {"checklists": [answers.listed_checklist(row) for row in queries.checklists(cur)]}

    @command(schemas.CreateChecklist, answer_schemas.ChecklistMade, LEAD)
    def create_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make an empty draft, with the usual level names if none are given."""
        return {"checklist_id": rows.create_checklist(cur, context, params)}

    def _read_notice(self, context: Context, params: Loaded) -> Draft:
        with self.database.transaction() as cur:
            name, content = files.read(cur, context, params["file_id"])
            directory = from_notice.known_directory(cur)
        # Outside any transaction, and in a process of its own as well: it takes seconds.
        readable = office.as_docx(content) if is_old_document(content) else None
        draft: Draft = self.apart(
            partial(reading.read_uploaded, name, readable or content, directory, params["year"], clock.today())
        )
        return draft

    @command(schemas.ImportNotice, answer_schemas.NoticeImported, LEAD, within=SERVICE.file, prepare=_read_notice)
    def import_notice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a draft of an uploaded notice, with its targets and the questions that it leaves open.

        The draft gets the notice's title if none is given. Invalid when the file is no notice that can be read.
        """
        return from_notice.import_notice(cur, context, context.prepared, params, this_year=clock.today().year)

    @query(schemas.ChecklistOnly, answer_schemas.ChecklistAnswer, READERS_OF_ALL)
    def get_checklist(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a checklist with its rows and questions."""
        return answers.checklist_as_dict(cur, rows.checklist_with_id(cur, params["checklist_id"]))

    @command(schemas.SaveChecklist, answer_schemas.ChecklistHeader, LEAD)
    def save_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Change the header of a draft."""
        return rows.save_checklist(cur, context, params)

    @command(schemas.SaveContact, answer_schemas.ChecklistHeader, LEAD)
    def save_contact(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say whom the units of a checklist may ask; also after it is issued."""
        return rows.save_contact(cur, context, params["checklist_id"], params["contact"])

    @command(schemas.DeleteChecklist, Nothing, LEAD)
    def delete_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Delete a draft with all that is in it; Conflict shows its ChecklistHeader."""
        rows.delete_checklist(cur, context, params)
        return {}

    @command(schemas.AddRow, answer_schemas.RowAnswer, LEAD)
    def add_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Add a row to a draft: below `parent_id`, or an area without it.

        It comes right after `after_row_id`, or last.
        """
        return rows.add_row(cur, context, params)

    @query(schemas.RowOnly, answer_schemas.RowPage, READERS_OF_ALL)
    def get_row(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show one row with what stands around it."""
        row = queries.row(cur, params["row_id"])
        if row is None:
            raise NotFound(rows.NO_ROW)
        return answers.row_page(cur, rows.checklist_with_id(cur, row.checklist_id), row.id)

    @command(schemas.SaveRow, answer_schemas.RowAnswer, LEAD)
    def save_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Change a row of a draft; its units are replaced, and what is left out stays as it is.

        Invalid when a unit is switched off and not in the row already, or stands twice, or when the dates do not fit
        the level, the recurrence or the year.
        """
        return rows.save_row(cur, context, params)

    @command(schemas.SaveRows, answer_schemas.RowsSaved, LEAD)
    def save_rows(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give several rows of a draft one due date or recurrence, one lead unit, or both.

        Who led a row so far supports it from then on. A row that changed since it was read is left as it is and named.
        """
        return several.save_rows(cur, context, params)

    @command(schemas.MoveRow, answer_schemas.RowAnswer, LEAD)
    def move_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Move a row of a draft one place up or down by `direction`, or below `new_parent_id`.

        Exactly one of the two is given. The new row above has the level of the old one.
        """
        return rows.move_row(cur, context, params)

    @command(schemas.DeleteRow, Nothing, LEAD)
    def delete_row(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Delete a row of a draft with all below it and the questions on these rows; Conflict shows the RowAnswer."""
        rows.delete_row(cur, context, params)
        return {}

    @command(schemas.AnswerQuestions, answer_schemas.QuestionsAnswered, LEAD)
    def answer_questions(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Answer several questions of a draft with one answer.

        `keep` leaves all as it stands; `units` are added to the rows; `group` fills the group with `member_ids`, which
        answers all questions on it; `due` sets the dates of the items; `target` sets the value. Conflict when somebody
        answered one of them, with details.current = [QuestionAnswer]; Invalid when the answer does not fit all of them.
        """
        return answering.answer_questions(cur, context, params)

    def _read_rows(self, context: Context, params: Loaded) -> list[Line]:
        with self.database.transaction() as cur:
            read = from_sheet.reading_of(cur, context, params)
        lines: list[Line] = self.apart(read)
        return lines

    @query(schemas.PreviewRows, answer_schemas.RowsPreview, LEAD, within=SERVICE.file, prepare=_read_rows)
    def preview_rows(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show what importing an uploaded workbook would change in a draft.

        A row with the same titles from the area down stays the same row. Invalid with details.cells = [{cell: "C7",
        text}] when something in the workbook is wrong, and with details.is_hidden = true when rows or columns of it are
        hidden, unless `with_hidden_rows` says that they are meant.
        """
        return from_sheet.preview_rows(cur, context.prepared, params)

    @command(schemas.ImportRows, answer_schemas.RowsImported, LEAD, within=SERVICE.file, prepare=_read_rows)
    def import_rows(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Replace the rows of a draft by those of an uploaded workbook, all of them or none.

        `seen` is the fingerprint of the preview; Conflict, with details.current = RowsPreview, when the draft or the
        directory has changed since. Invalid as in the preview; nothing is stored then.
        """
        return {"rows": from_sheet.import_rows(cur, context, context.prepared, params)}

    def _write_rows(self, _context: Context, params: Loaded) -> bytes:
        with self.database.transaction() as cur:
            write = from_sheet.writing_of(cur, params["checklist_id"])
        content: bytes = self.offload(write)
        return content

    @command(schemas.ChecklistOnly, FileMade, LEAD_OR_LEADERSHIP, within=SERVICE.file, prepare=_write_rows)
    def export_rows(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a workbook of a checklist's rows."""
        return {"file_id": from_sheet.keep_export(cur, context, params["checklist_id"], context.prepared)}

    def _write_template(self, _context: Context, _params: Loaded) -> bytes:
        with self.database.transaction() as cur:
            write = from_sheet.writing_of_template(cur)
        content: bytes = self.offload(write)
        return content

    @command(NoParams, FileMade, LEAD, within=SERVICE.file, prepare=_write_template)
    def rows_template(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Make an empty workbook for rows."""
        return {"file_id": from_sheet.keep_template(cur, context, context.prepared)}
