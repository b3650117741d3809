"""Where each piece of a notice went: into the draft, or to what is left out, with the reason.

Every piece of the source is in exactly one of the two, so that a person sees what was not taken and can take it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.tasks.document_numbers import number_in
from services.tasks.notices.areas import AreaNodes
from services.tasks.notices.blocks import Block, Paragraph, Reason, Source, Span
from services.tasks.notices.draft import Piece, Target
from services.tasks.notices.heading import Heading, closing_positions, is_date
from services.tasks.notices.numbering import read_marker
from services.tasks.notices.outline import Node, Passage, is_annex
from services.tasks.notices.tables import contacts_of, heads_of, unread_rows_of
from services.tasks.notices.tails import find_first_is_lead

_ADDRESSEES = re.compile(r"(?!.*(?:如下|现将|现就|根据))[^。；;]{2,300}[:：]")
_COPIES = re.compile(
    "(?:抄送|抄报|主送|发送|印发)[:：].*|.*印发(?:（?共印.*)?|特急|急件|加急|[（(]?此件(?:公开|主动|依申请|不予).*|是否宜公开.*"
)
_DECORATION = re.compile(r"[\W_]+")
_LONGEST_LETTERHEAD = 40

_Fate = tuple[str, Reason | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a notice was read as: its `blocks`, the outline that was made of them, and what was found in it."""

    blocks: Sequence[Block]
    heading: Heading
    root: Node
    areas: Sequence[AreaNodes]
    targets: Sequence[Target]


def pieces_of(source: Source, reading: Reading) -> tuple[Piece, ...]:
    """All spans of the source in their order, each with its place in the draft or the reason why it has none.

    A span that several blocks came from goes where one of them went.
    """
    fates: dict[Span, _Fate] = {one.span: ("", one.reason) for one in source.skipped}
    for spans, fate in _fates_of_nodes(reading.root, reading.areas, reading.targets):
        for span in spans:
            if not fates.get(span, ("", None))[0]:
                fates[span] = fate
    fates |= dict(_of_head_and_end(reading.blocks, reading.heading, fates))
    for span in heads_of(reading.root):
        fates.setdefault(span, ("", Reason.TABLE_HEAD))
    for span in contacts_of(reading.root):
        fates.setdefault(span, ("", Reason.CONTACT))
    for span in unread_rows_of(reading.root):
        fates.setdefault(span, ("", Reason.TABLE_ROW))
    for position in closing_positions(reading.blocks):
        for span in reading.blocks[position].origins:
            fates.setdefault(span, ("", Reason.CLOSING))
    every = {span: None for block in source.blocks for span in block.origins} | dict.fromkeys(fates)
    found = [Piece(span, *fates.get(span, ("", Reason.GENERAL))) for span in every]
    return tuple(sorted(found, key=lambda piece: (piece.span.line, piece.span.start)))


def _fates_of_nodes(
    root: Node, areas: Sequence[AreaNodes], targets: Sequence[Target]
) -> Iterator[tuple[tuple[Span, ...], _Fate]]:
    places = {
        measure: f"areas[{n}].measures[{m}]" for n, area in enumerate(areas) for m, measure in enumerate(area.measures)
    }
    owners = {area.node: f"areas[{n}]" for n, area in enumerate(areas) if area.node is not None}
    # The heading above several areas belongs to the first of them.
    headed = frozenset(owners)
    for node, place in list(owners.items())[::-1]:
        if node.parent is not None and node.parent.marker is not None and node.parent not in headed:
            owners[node.parent] = place
    within: dict[Node, str] = {below: place for node, place in places.items() for below in node.walk()}
    quotes = _quotes(targets)
    in_annex = False
    for node in {**dict.fromkeys(root.walk()), **within, **owners}:
        place = within.get(node) or owners.get(node, "")
        in_annex = in_annex and not place
        yield tuple(node.contacts), ("", Reason.CONTACT)
        for passage in (Passage(node.heading, origins=node.origins), *node.passages):
            fate = _fate(passage, place, quotes)
            # 附件：1.… and on the next lines 2.…, 3.…
            in_annex = in_annex or fate[1] is Reason.ANNEX
            yield passage.origins, ("", Reason.ANNEX) if in_annex and fate[1] is Reason.GENERAL else fate


def _quotes(targets: Sequence[Target], path: str = "targets") -> Mapping[str, str]:
    found: dict[str, str] = {}
    for number, target in enumerate(targets):
        found[_bare(target.text)] = f"{path}[{number}]"
        found |= _quotes(target.subsets, f"{path}[{number}].subsets")
    return found


def _fate(passage: Passage, place: str, quotes: Mapping[str, str]) -> _Fate:
    if place:
        return place, None
    if find_first_is_lead(passage.text):
        return "areas", None
    text = _bare(passage.text)
    aim = next((where for quote, where in quotes.items() if quote and quote in text), None)
    return (aim, None) if aim else ("", _reason(passage.text))


def _bare(text: str) -> str:
    # A thousands separator is taken out of a target's words.
    return re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))|\s", "", text)


def _reason(text: str) -> Reason:
    text = re.sub(r"\s", "", text)
    if is_annex(text):
        return Reason.ANNEX
    if _DECORATION.fullmatch(text):
        return Reason.DECORATION
    return Reason.GENERAL


def _of_head_and_end(
    blocks: Sequence[Block], heading: Heading, fates: Mapping[Span, _Fate]
) -> Iterator[tuple[Span, _Fate]]:
    """The lines of the letter around the plan: title, number, issuer, date, whom it is for, who has copies."""
    title, issuer = _bare(heading.title), _bare(heading.issuer or "")
    seen: set[str] = set()
    begun = False
    for block in blocks:
        begun = begun or (isinstance(block, Paragraph) and bool(block.numbering or read_marker(block.text)[0]))
        if not isinstance(block, Paragraph) or any(fates.get(span, ("", None))[0] for span in block.origins):
            continue
        text = _bare(block.text)
        fate = _of_letter(text, title, issuer, heading, seen)
        if fate is None and not begun and _ADDRESSEES.fullmatch(text):
            fate = "", Reason.ADDRESSEES
        if fate:
            seen.add(fate[0])
            yield from ((span, fate) for span in block.origins)


def _of_letter(text: str, title: str, issuer: str, heading: Heading, seen: set[str]) -> _Fate | None:
    if heading.number and number_in(text) == heading.number and len(text) <= _LONGEST_LETTERHEAD:
        return ("number", None)
    if title and len(text) > 1 and (text in title or text in (f"主题：{title}", f"标题：{title}")):
        return ("title", None)
    if is_date(text.strip("()（）")):
        return ("issued_on", None) if heading.issued_on and "issued_on" not in seen else ("", Reason.CLOSING)
    if issuer and text in issuer and len(text) > 3 and "issuer" in seen:
        return ("", Reason.CLOSING)
    if issuer and text in (issuer, f"{issuer}文件"):
        return ("issuer", None) if "issuer" not in seen else ("", Reason.CLOSING)
    if issuer and text.startswith(issuer) and is_date(text[len(issuer) :]):
        return ("issuer", None) if "issuer" not in seen else ("", Reason.CLOSING)
    if text.endswith("通知") and (title in text or (issuer and text.startswith(issuer))):
        return ("title", None)
    if _COPIES.fullmatch(text) and len(text) <= _LONGEST_LETTERHEAD * 2:
        return ("", Reason.LETTERHEAD)
    return None
