"""Operations of tracing: the source beside the draft, what was left out, measures split and merged, figures."""

from __future__ import annotations

from services.tasks.tracing import figures, reshaping, schemas, showing, taking, undoing
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})


class TracingOperations(BaseService):
    """Where each piece of a notice went, and what a person makes of it."""

    @query(schemas.ListPieces, schemas.PiecesPage, LEAD)
    def list_pieces(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a page of the source of a checklist, each piece with its place in it or the reason why it has none."""
        return showing.pieces(cur, params)

    @command(schemas.TakePiece, schemas.ChangeMade, LEAD)
    def take_piece(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Put a left-out piece into a draft: as a measure behind the row, a task in it, or text at its end.

        NotFound when the piece is in the draft already; Conflict, with the RowAnswer, when the row changed since.
        """
        return taking.take(cur, context, params)

    @query(schemas.OfRow, schemas.SplitPoints, LEAD)
    def list_split_points(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show where a measure of a draft may be split. Invalid when it is no measure, or in no draft any more."""
        return reshaping.split_points(cur, params["row_id"])

    @command(schemas.SplitMeasure, schemas.ChangeMade, LEAD)
    def split_measure(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make two measures of one, at a sentence of its text (`offset`) or at a task; the second is answered.

        Both have the units. Tasks, pieces of the source and figures go with their words. Conflict has the RowAnswer.
        """
        return reshaping.split(cur, context, params)

    @command(schemas.MergeMeasures, schemas.ChangeMade, LEAD)
    def merge_measures(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Put a measure into the one before it in its area: text, tasks with their units, questions, figures.

        Conflict has the RowAnswer of whichever changed since.
        """
        return reshaping.merge(cur, context, params)

    @command(schemas.UndoChange, schemas.Undone, LEAD)
    def undo_change(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Undo what `take_piece`, `split_measure` or `merge_measures` did last in a draft.

        NotFound when it is not the last one any more; Invalid when its rows were changed since.
        """
        return undoing.undo(cur, context, params)

    @query(schemas.OfChecklist, schemas.NoticeFigures, LEAD)
    def list_figures(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show the figures in the words of a draft's measures, each offered as a target, taken or declined."""
        return figures.listed(cur, params["checklist_id"])

    @command(schemas.TakeFigures, schemas.NoticeFigures, LEAD)
    def take_figures(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make targets of the plan of figures of a draft; declined ones may still be taken.

        Invalid when one is a target already.
        """
        return figures.take(cur, context, params)

    @command(schemas.DeclineFigures, schemas.NoticeFigures, LEAD)
    def decline_figures(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say that figures of a draft become no targets. Invalid when one is a target already."""
        return figures.decline(cur, context, params)
