"""Accounts by which messages leave the house beside mail: robots of groups, and a gateway of short messages.

They are read once at the start from the file that a setting names; pages know names and kinds alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

MAIL = "mail"
WECOM = "wecom"
DINGTALK = "dingtalk"
FEISHU = "feishu"
SMS = "sms"
# What is filled into a field of the gateway or a sentence of a template.
PLACE = re.compile(r"\{([a-z_]+)\}")
ROBOTS = (WECOM, DINGTALK, FEISHU)
# All ways out of the house.
OUTSIDE = (MAIL, SMS, *ROBOTS)
# Where the robots of each provider live; another host has to be allowed by name.
HOSTS: Mapping[str, str] = MappingProxyType(
    {WECOM: "qyapi.weixin.qq.com", DINGTALK: "oapi.dingtalk.com", FEISHU: "open.feishu.cn"}
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an account is spoken to, by TLS alone. The address has its key in it, so it is shown nowhere.

    `may_be_private` lets its name lead into a private network or to this machine; `ca_file` replaces the system's own.
    """

    url: str = field(repr=False)
    may_be_private: bool = False
    ca_file: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 443

    @property
    def target(self) -> str:
        """Path and query."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot that speaks into one group. Without a secret nothing is signed; a keyword stands in all it says."""

    kind: str
    name: str
    endpoint: Endpoint
    secret: str = field(default="", repr=False)
    keyword: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer may repeat."""
        return tuple(one for one in (self.secret, self.endpoint.target) if one)


@dataclass(frozen=True, slots=True)
class Understood:
    """How an answer of the gateway is read: in the field `code` of its JSON, `message` beside it.

    `sent` are codes of what was taken, `later` of what may be tried again; all others refuse. A path of names is joined
    by dots. Without `code` the status alone speaks.
    """

    code: str = ""
    message: str = ""
    sent: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway of short messages: what is posted to it, as data.

    `fields` is the body, as JSON or as a form, and `headers` stand before it; places in braces are filled in both.
    `templates` are the sentences that were passed by the provider, by (purpose, language), `ids` their numbers there.
    """

    name: str
    endpoint: Endpoint
    signature: str
    fields: Mapping[str, Any]
    is_form: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_places: Mapping[str, str] = field(default_factory=dict, repr=False)
    understood: Understood = Understood()
    templates: Mapping[tuple[str, str], str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    per_minute: int = 60
    most_segments: int = 4

    @property
    def kind(self) -> str:
        return SMS

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer may repeat."""
        # Shorter ones are no secrets, and would be found in every answer.
        return tuple(one for one in (*self.secret_places.values(), self.endpoint.target) if len(one) > 3)


@dataclass(frozen=True, slots=True)
class Channels:
    """All accounts beside mail; a name is used once."""

    robots: tuple[Robot, ...] = ()
    gateway: Gateway | None = None

    @property
    def accounts(self) -> Sequence[Robot | Gateway]:
        return (*self.robots, *((self.gateway,) if self.gateway else ()))

    def named(self, kind: str, name: str) -> Robot | Gateway | None:
        """The account that a contact leads to: a robot by its name, or the gateway whatever the address."""
        if kind == SMS:
            return self.gateway
        return next((one for one in self.robots if (one.kind, one.name) == (kind, name)), None)

    def names(self, kind: str) -> tuple[str, ...]:
        """The robots of a kind, in the order of the file."""
        return tuple(one.name for one in self.robots if one.kind == kind)
