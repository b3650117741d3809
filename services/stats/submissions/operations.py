"""Operations on submissions: what a unit fills in, who looks at it, and how it becomes figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.stats.submissions import collecting, correcting, deciding, filling, listing, schemas
from services.stats.submissions.submission import Action
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})
HEADS = frozenset({Role.UNIT_HEAD})


class SubmissionOperations(BaseService):
    """What units do with their submissions, and what those above them decide."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @query(schemas.OwedSubmissionsOf, schemas.OwedSubmissions, UNIT_ROLES, by_link=True)
    def owed_submissions(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List what the own unit, or the unit `unit_id` below it, has to report, and the newest that was accepted."""
        return listing.owed(cur, context.signed_in, params["unit_id"], today=self.today())

    @query(schemas.WaitingSubmissionsOf, schemas.WaitingSubmissions, UNIT_ROLES | LEAD)
    def waiting_submissions(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List what waits for this person: as head of the unit, as a unit above, as lead bureau."""
        return listing.waiting(cur, context.signed_in, text=params["text"], page=params["page"], today=self.today())

    @query(NoParams, schemas.WaitingTurns, UNIT_ROLES | LEAD)
    def count_waiting_submissions(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Count what waits for this person."""
        return listing.count_turns(cur, context.signed_in)

    @query(schemas.SubmissionOnly, schemas.SubmissionForm, UNIT_ROLES | READERS_OF_ALL, by_link=True)
    def get_form(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show a form with the past beside each field; staff and heads see their own unit's and those below."""
        return listing.form(cur, context.signed_in, params["submission_id"], today=self.today())

    @query(schemas.SubmissionHistoryAsked, schemas.SubmissionHistory, UNIT_ROLES | READERS_OF_ALL, by_link=True)
    def submission_history(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show what happened to a submission, oldest first, 50 a page; without a page the last one.

        Staff and heads see those of their own unit and of units below.
        """
        return listing.history(cur, context.signed_in, **params, today=self.today())

    @command(schemas.SaveSubmission, schemas.SubmissionSaved, UNIT_ROLES, by_link=True)
    def save_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Keep a form as it is typed, right or wrong, cell by cell with what a colleague typed meanwhile.

        A cell that both changed is a Conflict whose `details["cells"]` have `indicator_id`, `mine` and `theirs`, and
        whose `details["version"]` is the one to send the choice on.
        """
        return filling.save(cur, context, params, today=self.today())

    @command(schemas.SubmitSubmission, schemas.SubmissionOutcome, UNIT_ROLES, by_link=True)
    def submit_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Save a form, and submit it when every cell is right, hard checks pass and soft ones are explained.

        What stands in the way is in the answer; the form is saved all the same. Conflict as in `save_submission`.
        """
        return filling.submit(cur, context, params, today=self.today())

    @command(schemas.EnterByProxy, schemas.SubmissionOutcome, LEAD)
    def enter_by_proxy(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Enter a unit's paper for it as long as the unit has typed nothing; what is incomplete saves nothing."""
        return filling.enter_by_proxy(cur, context, params, today=self.today())

    @query(schemas.RoundOnly, schemas.UntypedForms, LEAD, within=SERVICE.preview)
    def untyped_forms(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show the forms of a round in which nobody has typed anything: those that may be entered by proxy."""
        return listing.untyped(
            cur, context.signed_in, params["round_id"], most=schemas.MOST_IN_BOOK, today=self.today()
        )

    @query(schemas.PreviewForms, schemas.PreviewedForms, UNIT_ROLES | LEAD, within=SERVICE.preview)
    def preview_forms(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show what forms from a workbook would change and what is wrong with them; nothing is stored."""
        return collecting.preview(cur, context, params, today=self.today())

    @command(schemas.EnterSeveralByProxy, schemas.SeveralEntered, LEAD, within=SERVICE.preview)
    def enter_several_by_proxy(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Enter the papers of several units that have typed nothing; when one is incomplete, none is entered."""
        return collecting.enter_several(cur, context, params, today=self.today())

    @command(schemas.SubmissionVersion, schemas.SubmissionMoved, UNIT_ROLES, by_link=True)
    def take_back_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back the own unit's submission as long as nobody has looked at it."""
        return correcting.take_back(
            cur, context, params["submission_id"], version=params["version"], today=self.today()
        )

    @command(schemas.SubmissionReason, schemas.SubmissionMoved, UNIT_ROLES)
    def correct_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Begin to correct what was accepted; the figures stay until the correction is accepted."""
        return correcting.correct(
            cur,
            context,
            params["submission_id"],
            version=params["version"],
            reason=params["reason"],
            today=self.today(),
        )

    @command(schemas.SubmissionVersion, schemas.SubmissionMoved, UNIT_ROLES)
    def give_up_correction(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give up a correction that the unit began: the submission is again as it was accepted."""
        return correcting.give_up(cur, context, params["submission_id"], version=params["version"], today=self.today())

    @command(schemas.SubmissionVersion, schemas.SubmissionMoved, HEADS)
    def confirm_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Agree as head of the unit to what somebody else of it submitted."""
        return _pass_on(cur, context, params, Action.CONFIRMED, self.today())

    @command(schemas.SubmissionVersion, schemas.SubmissionMoved, UNIT_ROLES)
    def pass_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Pass on, as a unit above, what a unit below submitted."""
        return _pass_on(cur, context, params, Action.PASSED, self.today())

    @command(schemas.AcceptSubmissions, schemas.SubmissionAcceptance, LEAD)
    def accept_submissions(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Accept submissions, each for itself: their figures become known, and their explanations hold.

        A stale one, or one that the person submitted himself, is a `conflict` in the results and stays as it is.
        """
        return deciding.accept(cur, context, params["submissions"], today=self.today())

    @command(schemas.ReturnSubmission, schemas.SubmissionMoved, UNIT_ROLES | LEAD)
    def return_submission(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Give a submission back to its unit with a reason: by its head, a unit above, the lead bureau, at their turn.

        The lead bureau may also give back what was accepted: its figures stay until a correction is accepted.
        """
        return deciding.give_back(cur, context, params, today=self.today())


def _pass_on(cur: Cursor, context: Context, params: Loaded, action: Action, today: dt.date) -> Answer:
    return deciding.pass_on(
        cur, context, params["submission_id"], version=params["version"], action=action, today=today
    )
