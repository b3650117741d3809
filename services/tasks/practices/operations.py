"""Operations of good practice (典型经验): offer it from a duty, publish it, read it."""

from __future__ import annotations

from services.tasks.evidence.schemas import Added, StoredFile
from services.tasks.practices import answers, measuring, schemas, sharing
from services.tasks.practices.practice import PUT_ASIDE, TAKE_BACK, WITHDRAW
from shared import clock
from shared.actor import EVERYBODY, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, every, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})


class PracticeOperations(BaseService):
    """How a unit did something well, in its own words, for all the others. Nobody counts whose it is."""

    @command(schemas.OfferPractice, schemas.PracticeMade, UNIT_ROLES)
    def offer_practice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Offer good practice of a duty of the own unit that is done, with at most 2 files of its evidence."""
        return sharing.offer(cur, context, params, today=clock.today())

    @command(schemas.AddPracticeFile, Added, UNIT_ROLES)
    def add_practice_file(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a file that lies in the store one of what the own unit offered and nobody has decided on; at most 2.

        A file that it has already is `already`, and the caller may forget the one that it stored.
        """
        return sharing.add_file(cur, context, params)

    @command(schemas.PracticeVersion, schemas.PracticeDetail, UNIT_ROLES)
    def withdraw_practice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back what the own unit offered and nobody has decided on."""
        return sharing.end(cur, context, params, WITHDRAW)

    @command(schemas.PublishPractice, schemas.PracticeDetail, LEAD)
    def publish_practice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let everybody read it in these words, with its files; the unit's own words stay beside them.

        Invalid while its duty is not done; Forbidden to who offered it.
        """
        return sharing.publish(cur, context, params)

    @command(schemas.PublishPractice, schemas.PracticeDetail, LEAD)
    def correct_practice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let everybody read what is published in other words, with the day of that; the same words change nothing.

        Forbidden to who offered it.
        """
        return sharing.correct(cur, context, params)

    @command(schemas.PracticeReason, schemas.PracticeDetail, LEAD)
    def put_practice_aside(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Do not publish what a unit offered; it reads why, and may offer again."""
        return sharing.end(cur, context, params, PUT_ASIDE)

    @command(schemas.PracticeReason, schemas.PracticeDetail, LEAD)
    def take_practice_back(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let nobody read any more what was published; its unit reads why."""
        return sharing.end(cur, context, params, TAKE_BACK)

    @query(schemas.ListPractices, schemas.Practices, EVERYBODY)
    def list_practices(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List what is published, newest first, 20 a page; every word of `text` stands in it, its unit or its item."""
        return answers.listed(cur, params["text"], page=params["page"])

    @query(schemas.WaitingPractices, schemas.OfferedPractices, LEAD)
    def offered_practices(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List what units offer and nobody has decided on, longest waiting first; 20 a page."""
        return answers.offered(cur, page=params["page"])

    @query(schemas.OnePractice, schemas.PracticeDetail, EVERYBODY)
    def get_practice(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show one: a published one to everybody, all others to its unit and the lead bureau; NotFound otherwise."""
        return answers.detail(cur, context.signed_in, params["practice_id"])

    @query(schemas.PracticeFileAsked, StoredFile, EVERYBODY)
    def get_practice_file(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say where a file of one lies, to whoever may read it."""
        return answers.where_it_lies(cur, context.signed_in, params["practice_id"], file_id=params["file_id"])

    @query(NoParams, schemas.PracticeCounts, EVERYBODY)
    def count_practices(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Count what is published, of all units together, and what waits for the lead bureau."""
        return answers.counts(cur, context.signed_in)

    @every(60)
    def measure_practices(self) -> None:
        """Set the gauges of what waits for the lead bureau."""
        with self.database.transaction() as cur:
            measuring.measure(cur)
