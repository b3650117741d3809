"""Whether a text file with a row on each line holds no more than it may, counted in its bytes. Pure.

In UTF-8 and in GB18030 no sign has the byte of a line's end or of a comma within it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.inspecting.markup import refusal


@dataclass(frozen=True, slots=True)
class MostOfText:
    """Lines, commas that part cells, and bytes of a line.

    A row's longest texts are some thousand signs of three bytes; what goes on for a hundred thousand is no row.
    """

    lines: int
    commas: int
    line: int = 100_000


def inspect(content: bytes, most: MostOfText) -> None:
    """Refuse a text with more or longer lines than `most`; it is cut at no line to find that out."""
    lines, commas = content.count(b"\n") + content.count(b"\r"), content.count(b",")
    if lines > 2 * most.lines or commas > most.commas:
        raise refusal(
            f"文件里的行或格太多：最多 {most.lines} 行、{most.commas} 格。请分成几个文件，或删去空白的行和列。",
            f"The file has too many lines or cells: at most {most.lines} lines and {most.commas} cells. Please split "
            "it, or remove blank lines and columns.",
        )
    number = _long_line(content, most.line)
    if number:
        raise refusal(
            f"第 {number} 行太长，不像表格里的一行。请检查是不是选错了文件，或换行符丢失了。",
            f"Line {number} is too long for a row of a table. Please check that it is the right file, with its line "
            "breaks.",
        )


def _long_line(content: bytes, most: int) -> int:
    """The number of the first line that is longer than `most`; 0 without any."""
    at, number = 0, 1
    while len(content) - at > most:
        found = [content.find(end, at, at + most + 1) for end in (b"\n", b"\r")]
        if max(found) < 0:
            return number
        end = min(end for end in found if end >= 0)
        at, number = end + (2 if content[end : end + 2] == b"\r\n" else 1), number + 1
    return 0
