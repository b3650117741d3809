"""Operations of reminder policies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from services.notifications.planning import foretelling, schemas
from services.notifications.planning.foretelling import Draft
from services.notifications.planning.reaching import Outside
from services.notifications.policies import editing
from services.notifications.policies.rules import ALL_CHANNELS, Policy, StageRule
from services.notifications.silences import schemas as silence_schemas
from services.notifications.silences.rules import Silence
from shared import clock
from shared.accounts import Channels
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.process.mail import MailServer
from shared.text import Text

LEAD = frozenset({Role.LEAD_BUREAU})
READERS = LEAD | {Role.ADMINISTRATOR}


class PolicyOperations(BaseService):
    """The lead bureau decides when is reminded; the administrator may look it up."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)
    # Of who sends.
    mail_server: MailServer | None = None
    channels: Channels = Channels()

    @query(NoParams, schemas.PolicyList, READERS)
    def list_policies(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List what has or may have a reminder policy."""
        return editing.listing(cur, clock.day_of(self.now()))

    @query(schemas.PolicyOf, schemas.PolicyAnswer, READERS)
    def get_policy(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a reminder policy with its history."""
        return editing.shown(cur, params["scope"], params["subject_id"], clock.day_of(self.now()))

    @command(schemas.SavePolicy, schemas.PolicyAnswer, LEAD)
    def save_policy(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Keep a new version of a reminder policy; from its day on all that waits is planned by it.

        Conflict shows the policy as PolicyAnswer when somebody saved one meanwhile. Invalid names `stages`,
        `stage_1` and so on, `again` and `effective_from`.
        """
        key, now = (params["scope"], params["subject_id"]), self.now()
        editing.save(
            cur,
            context.signed_in,
            key,
            seen=params["version"],
            policy=policy_of(params),
            effective_from=params["effective_from"],
            reason=params["reason"],
            now=now,
        )
        return editing.shown(cur, *key, clock.day_of(now))

    @query(schemas.Foretell, schemas.Forecast, READERS)
    def foretell_reminders(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Say who would be told what in the next 30 days if nothing changed, by what holds or by a draft.

        Invalid for a draft that could not be saved, as with `save_policy`.
        """
        draft = _draft(params["draft"]) if params["draft"] else None
        found = foretelling.forecast(cur, self.now(), draft)
        outside = Outside(self.mail_server is not None, self.channels)
        return foretelling.answer(cur, found, outside, with_lines=params["with_lines"])

    @query(silence_schemas.TypedSilence, silence_schemas.SilencePreview, LEAD)
    def preview_silence(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Count what would not be said in the next 30 days because of a silence that is not there yet.

        Invalid as with `make_silence`.
        """
        what = (params["scope"], params["subject_id"], params["unit_id"], params["stage"])
        return foretelling.kept_out(cur, Silence(0, *what, params["from_day"], params["until_day"]), self.now())


def policy_of(params: Mapping[str, Any]) -> Policy | None:
    """The policy that was typed, right or not; None for that of everything."""
    if params["follows_general"]:
        return None
    again = params["again"]
    return Policy(tuple(map(_stage, params["stages"])), _stage(again) if again else None)


def _draft(typed: Mapping[str, Any]) -> Draft:
    return Draft(typed["scope"], typed["subject_id"], policy_of(typed), typed["effective_from"])


def _stage(typed: Mapping[str, Any]) -> StageRule:
    words, name = Text(typed["zh"], typed["en"]), Text(typed["slip_zh"], typed["slip_en"])
    channels = typed["channels"]
    if channels is None:
        channels = ALL_CHANNELS if typed["by_mail"] else ()
    return StageRule(
        typed["offset"],
        frozenset(typed["audience"]),
        channels=frozenset(channels),
        words=words,
        slip=name if name.zh or name.en else None,
    )
