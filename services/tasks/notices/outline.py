"""The tree of numbered paragraphs with the tails found in them; `areas.py` finds the measures in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.names import NameIndex
from services.tasks.notices.numbering import Level, Marker, read_automatic_marker, read_marker
from services.tasks.notices.tails import Role, Tail, find_first_is_lead, take_tails


@dataclass(slots=True)
class Passage:
    """One paragraph under a node: its text without tails, and its tails."""

    text: str
    tails: list[Tail] = field(default_factory=list)

    @property
    def is_only_tail(self) -> bool:
        """Whether nothing stands here but who is responsible."""
        return bool(self.tails) and not self.text.strip("—–-·●•。;；,， \t\u3000\n")


@dataclass(slots=True, eq=False)
class Node:
    """A numbered heading with its passages and what stands below it."""

    marker: Marker | None
    parent: Node | None = None
    heading: str = ""
    passages: list[Passage] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # The notice said, here or before, that the first unit of a list leads.
    first_leads: bool = False

    @property
    def level(self) -> Level:
        """How high its number stands."""
        return self.marker.level if self.marker else Level.UNNUMBERED

    @property
    def number(self) -> str:
        """Its number as written, empty for none."""
        return self.marker.text if self.marker else ""

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    @property
    def tails(self) -> list[Tail]:
        """Who is responsible, from all its passages."""
        return [tail for passage in self.passages for tail in passage.tails]

    def texts(self) -> list[str]:
        """Return the text of this node and of all below it, in order, without numbers and tails."""
        return [
            text
            for node in self.walk()
            for text in (node.heading, *(passage.text for passage in node.passages))
            if text.strip()
        ]


def build_outline(blocks: Sequence[Block], index: NameIndex) -> Node:
    """Return the root, which holds what stands before the first number."""
    root = current = Node(None)
    first_leads = False
    for block in blocks:
        if isinstance(block, Table):
            current.tables.append(block)
            continue
        marker, text = _marker_and_text(block)
        text, tails = take_tails(text, index)
        first_leads = first_leads or find_first_is_lead(text)
        if marker:
            current = _open_node(current, marker, text)
            current.passages.append(Passage("", list(tails)))
        elif text.strip() or tails:
            _add_passage(current, Passage(text.strip(), list(tails)))
        current.first_leads = current.first_leads or first_leads or any(tail.first_is_lead for tail in tails)
        first_leads = first_leads or any(tail.from_here_on for tail in tails)
    _name_unnumbered_measures(root)
    _hoist_closing_tails(root)
    return root


def _marker_and_text(paragraph: Paragraph) -> tuple[Marker | None, str]:
    if not paragraph.numbering:
        return read_marker(paragraph.text)
    marker = read_automatic_marker(paragraph.numbering)
    return marker, paragraph.text.strip() if marker else f"——{paragraph.text.strip(' —')}"


def _open_node(current: Node, marker: Marker, heading: str) -> Node:
    parent = current
    while parent.marker is not None and parent.parent is not None and parent.level >= marker.level:
        parent = parent.parent
    node = Node(marker, parent, heading.strip())
    parent.children.append(node)
    return node


def _add_passage(node: Node, passage: Passage) -> None:
    """Append, joining tails of consecutive paragraphs (责任单位, then 完成时限 on the next line) into one."""
    previous = node.passages[-1] if node.passages else None
    if previous and passage.is_only_tail and previous.tails and not _repeats_roles(previous, passage):
        first, second = previous.tails[-1], passage.tails[0]
        previous.tails[-1] = Tail(
            (*first.parts, *second.parts),
            f"{first.quote} {second.quote}",
            first.first_is_lead or second.first_is_lead,
            first.from_here_on or second.from_here_on,
        )
        previous.tails += passage.tails[1:]
    else:
        node.passages.append(passage)


def _repeats_roles(previous: Passage, passage: Passage) -> bool:
    before = {part.role for tail in previous.tails for part in tail.parts}
    return any(part.role in before for tail in passage.tails for part in tail.parts if part.role is not Role.OTHER)


def _name_unnumbered_measures(root: Node) -> None:
    """Make a child of each unnumbered paragraph with a tail of its own, where a node has several such."""
    for node in list(root.walk()):
        groups = _groups_ending_in_tails(node.passages)
        tailed = [group for group in groups if group[-1].tails]
        if not tailed or (node.marker is not None and len(tailed) < 2):
            continue
        node.passages = [passage for group in groups if not group[-1].tails for passage in group]
        for group in tailed:
            texts = [passage for passage in group if passage.text]
            if node.marker is None:
                node.passages += [Passage(passage.text) for passage in texts[:-1]]
                texts = texts[-1:]
            if not texts:
                node.passages += group
                continue
            child = Node(None, node, texts[0].text, first_leads=node.first_leads)
            child.passages = [Passage(passage.text) for passage in texts[1:]]
            child.passages.append(Passage("", group[-1].tails))
            node.children.append(child)


def _groups_ending_in_tails(passages: list[Passage]) -> list[list[Passage]]:
    groups: list[list[Passage]] = [[]]
    for passage in passages:
        groups[-1].append(passage)
        if passage.tails:
            groups.append([])
    return [group for group in groups if group]


def _hoist_closing_tails(root: Node) -> None:
    """Lift tails that stand on a line of their own after the last of several children to their parent.

    Only where every such line at that level follows a last child: then none of them belongs to that child alone.
    """
    for level in sorted(Level, reverse=True):
        nodes = [node for node in root.walk() if node.level is level and node.tails and node.parent]
        if nodes and all(_closes_its_siblings(node) for node in nodes):
            for node in nodes:
                if node.parent is not None:
                    _hoist(node, node.parent)


def _closes_its_siblings(node: Node) -> bool:
    siblings = node.parent.children if node.parent else []
    in_own_line = any(passage.is_only_tail for passage in node.passages[1:]) and not node.passages[0].tails
    return (
        in_own_line
        and len(siblings) > 1
        and siblings[-1] is node
        and not any(below.tails for sibling in siblings[:-1] for below in sibling.walk())
        and node.parent is not None
        and node.parent.marker is not None
    )


def _hoist(node: Node, parent: Node) -> None:
    lifted = [passage for passage in node.passages if passage.is_only_tail]
    node.passages = [passage for passage in node.passages if not passage.is_only_tail]
    parent.passages += lifted
    parent.first_leads = node.first_leads
