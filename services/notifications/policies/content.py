"""A policy as it is kept and as it travels, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.notifications.policies.rules import Audience, Policy, StageRule
from shared.text import Text


def content_of(policy: Policy) -> dict[str, Any]:
    """The policy as JSON has it: {"stages": […], "again": … or null}."""
    again = policy.again
    return {"stages": [_as_dict(stage) for stage in policy.stages], "again": _as_dict(again) if again else None}


def policy_of(content: Mapping[str, Any]) -> Policy:
    """The policy that `content_of` wrote."""
    again = content["again"]
    return Policy(tuple(_stage(stage) for stage in content["stages"]), _stage(again) if again else None)


def _as_dict(stage: StageRule) -> dict[str, Any]:
    audience = [one.value for one in Audience if one in stage.audience]
    words = {"zh": stage.words.zh, "en": stage.words.en}
    slip = stage.slip.as_dict() if stage.slip else None
    return {"offset": stage.offset, "audience": audience, "by_mail": stage.by_mail, **words, "slip": slip}


def _stage(stage: Mapping[str, Any]) -> StageRule:
    audience = frozenset(Audience(name) for name in stage["audience"])
    slip = Text.from_dict(stage["slip"]) if stage.get("slip") else None
    words = Text(stage["zh"], stage["en"])
    return StageRule(stage["offset"], audience, by_mail=stage["by_mail"], words=words, slip=slip)
