"""Counts what an XML part holds as it is unpacked, without keeping any of it. Pure.

Whoever reads the part afterwards makes objects of its elements, a hundred times as large as they are written; what is
counted here says beforehand how many that will be.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from shared.errors import Invalid
from shared.text import Text

_CHUNK = 64 * 1024
# What the reader of archives raises about one that is not what it says.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError)
_UNKNOWN_ENCODINGS = (18, 19)
_BEGINNINGS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")

# What is done with an element: its local name and its attributes.
OnElement = Callable[[str, Mapping[str, str]], None]


class UnpacksToMoreError(Exception):
    """The parts unpack to more than they may together, whatever the archive says of their sizes."""


class DoctypeError(Exception):
    """The part defines entities, or is in an encoding that cannot be looked into: no office program writes such."""


class Unpacking:
    """The parts of an archive, one after the other, as they really unpack."""

    def __init__(self, archive: zipfile.ZipFile, most: int) -> None:
        self._archive = archive
        self._left = most

    def chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part in pieces. Raises UnpacksToMoreError, and `BROKEN` for what is damaged."""
        with self._archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise UnpacksToMoreError
                yield chunk


def walk(chunks: Iterator[bytes], on_element: OnElement, on_end: Callable[[str], None] | None = None) -> None:
    """Call `on_element` for each element of a part that is XML; of another one only unpack it all.

    A part that breaks off is walked to there: no reader comes further. Raises DoctypeError.
    """
    first = next(chunks, b"")
    if not first.lstrip().startswith(_BEGINNINGS):
        for _ in chunks:
            pass
        return
    parser = _parser(on_element, on_end)
    try:
        parser.Parse(first)
        for chunk in chunks:
            parser.Parse(chunk)
    except expat.ExpatError as error:
        if error.code in _UNKNOWN_ENCODINGS:
            raise DoctypeError from error
        for _ in chunks:
            pass


def _parser(on_element: OnElement, on_end: Callable[[str], None] | None) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise DoctypeError

    def begin(name: str, attributes: dict[str, str]) -> None:
        on_element(name.rpartition(":")[2], attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    if on_end is not None:
        parser.EndElementHandler = lambda name: on_end(name.rpartition(":")[2])
    return parser


def shortened(text: str, most: int = 40) -> str:
    """Words of the file as a sentence can hold them."""
    return text if len(text) <= most else f"{text[:most]}…"


def refusal(zh: str, en: str) -> Invalid:
    """A refusal with both sentences."""
    return Invalid(Text(zh, en))
