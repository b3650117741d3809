"""Why a notice could not be turned into a draft, in sentences for the person who chose the file."""

from __future__ import annotations

from shared.errors import CallersFault


class NoticeUnreadableError(CallersFault):
    """The file or the paste is none that can be read."""


class NoticeHasNoStructureError(CallersFault):
    """The text was read, but nothing in it says who is responsible for which numbered measure."""
