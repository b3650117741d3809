"""By which channels a line of the dry run would leave the house, beside the inbox (pure).

Which are set up and where a post is reached is known; that a week may be full already is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.notifications.planning.forecast import Foretold
from services.notifications.reminding.policy import URGENT
from shared.accounts import MAIL, OUTSIDE, Channels

# The rhythm of who hears outside the house of nothing that is not urgent.
ONLY_URGENT = "urgent"


class Contact(NamedTuple):
    """A proven contact of a post; of a robot `address` is the name."""

    person_id: int
    channel: str
    address: str
    rhythm: str


@dataclass(frozen=True, slots=True)
class Outside:
    """The channels of this installation."""

    has_mail: bool
    channels: Channels

    def reaches(self, contact: Contact) -> bool:
        """Whether what the contact names is set up."""
        if contact.channel == MAIL:
            return self.has_mail
        return self.channels.named(contact.channel, contact.address) is not None


def by_post(contacts: Iterable[Contact], outside: Outside) -> dict[int, dict[str, str]]:
    """By person and channel the rhythm of the contacts that are of use."""
    found: dict[int, dict[str, str]] = {}
    for one in contacts:
        if outside.reaches(one):
            found.setdefault(one.person_id, {})[one.channel] = one.rhythm
    return found


def channels_of(line: Foretold, reached: Mapping[int, Mapping[str, str]]) -> tuple[str, ...]:
    """The channels of a line, in their order; what a silence keeps goes by none."""
    own = reached.get(line.person_id, {})
    return tuple(
        channel
        for channel in OUTSIDE
        if channel in own
        and not line.is_silenced
        and (line.channels is None or channel in line.channels)
        and (own[channel] != ONLY_URGENT or line.stage in URGENT)
    )
