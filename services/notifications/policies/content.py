"""A policy as it is kept and as it travels, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.notifications.policies.rules import ALL_CHANNELS, Audience, Policy, StageRule
from shared.accounts import OUTSIDE
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
    channels = [one for one in OUTSIDE if one in stage.channels]
    words = {"zh": stage.words.zh, "en": stage.words.en}
    slip = stage.slip.as_dict() if stage.slip else None
    out = {"by_mail": stage.by_mail, "channels": channels}
    return {"offset": stage.offset, "audience": audience, **out, **words, "slip": slip}


def _stage(stage: Mapping[str, Any]) -> StageRule:
    audience = frozenset(Audience(name) for name in stage["audience"])
    slip = Text.from_dict(stage["slip"]) if stage.get("slip") else None
    words = Text(stage["zh"], stage["en"])
    return StageRule(stage["offset"], audience, channels=_channels(stage), words=words, slip=slip)


def _channels(stage: Mapping[str, Any]) -> frozenset[str]:
    """Before there were channels, a stage was told by mail or not: what leaves the house leaves it by all of them."""
    if "channels" in stage:
        return frozenset(stage["channels"])
    return ALL_CHANNELS if stage["by_mail"] else frozenset()
