"""What a page takes out of its address's query: where it takes none of the names, its answer is that without them.

Whoever asks every address for everything asks most pages for what they never read, and gets the same page again.
"""

from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

EVERYTHING = "*"


class Query(ImmutableMultiDict):  # type: ignore[type-arg]
    """The parameters of a request, which notes what is asked of it; whoever looks through all has read them all."""

    read: ClassVar[set[str]] = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.read.add(name)
        return super().__contains__(name)

    def get(self, name, *more, **kept):
        self.read.add(name)
        return super().get(name, *more, **kept)

    def getlist(self, name, *more, **kept):
        self.read.add(name)
        return super().getlist(name, *more, **kept)

    def _all(self, way, *given, **kept):
        self.read.add(EVERYTHING)
        return getattr(super(), way)(*given, **kept)

    def __iter__(self):
        return self._all("__iter__")

    def __len__(self):
        return self._all("__len__")

    def keys(self):
        return self._all("keys")

    def values(self):
        return self._all("values")

    def items(self, *given, **kept):
        return self._all("items", *given, **kept)

    def listvalues(self):
        return self._all("listvalues")

    def lists(self):
        return self._all("lists")

    def to_dict(self, *given, **kept):
        return self._all("to_dict", *given, **kept)


class Noting(Request):
    """A request of which is known what was read of its query."""

    parameter_storage_class = Query


class Readings:
    """Of each address that was opened, the names that its page takes when none of them is there."""

    def __init__(self) -> None:
        self._read: dict[str, set[str]] = {}

    def may_differ(self, address: str) -> bool:
        """Whether the page may look at what the address asks for, as far as it is known; the address is opened next."""
        Query.read.clear()
        read = self._read.get(urlsplit(address).path)
        return read is None or EVERYTHING in read or bool(read & names_of(address))

    def note(self, address: str) -> None:
        """Keep what the page read that was just opened, unless it read something of this very address."""
        read = Query.read.copy()
        if not read & names_of(address):
            self._read.setdefault(urlsplit(address).path, read)


def names_of(address: str) -> set[str]:
    return {name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)}


def readings_of(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Readings:
    """None yet; until the test ends the app notes what is read."""
    monkeypatch.setattr(app, "request_class", Noting)
    return Readings()
