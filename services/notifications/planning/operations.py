"""Operations of reminder policies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from services.notifications.planning import schemas
from services.notifications.policies import editing
from services.notifications.policies.rules import Policy, StageRule
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.text import Text

LEAD = frozenset({Role.LEAD_BUREAU})
READERS = LEAD | {Role.ADMINISTRATOR}


class PolicyOperations(BaseService):
    """The lead bureau decides when is reminded; the administrator may look it up."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)

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
        policy = None if params["follows_general"] else policy_of(params)
        editing.save(
            cur,
            context.signed_in,
            key,
            seen=params["version"],
            policy=policy,
            effective_from=params["effective_from"],
            reason=params["reason"],
            now=now,
        )
        return editing.shown(cur, *key, clock.day_of(now))


def policy_of(params: Mapping[str, Any]) -> Policy:
    """The policy of parameters that have `stages` and `again`, right or not."""
    again = params["again"]
    return Policy(tuple(map(_stage, params["stages"])), _stage(again) if again else None)


def _stage(typed: Mapping[str, Any]) -> StageRule:
    words = Text(typed["zh"], typed["en"])
    return StageRule(typed["offset"], frozenset(typed["audience"]), by_mail=typed["by_mail"], words=words)
