"""Which level of the outline holds the measures, and which the areas.

The measure level is found, not given: it is the level whose paragraphs carry the responsibility tails; the area is the
level above. Chapters without tails (general goals, safeguards) stay outside and are where targets are looked for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from services.tasks.notices.numbering import Level
from services.tasks.notices.outline import Node, is_general
from services.tasks.notices.tails import Role


@dataclass(frozen=True, slots=True)
class AreaNodes:
    """An area as found: its node (None when the measures stand at the top) and its measures' nodes."""

    node: Node | None
    measures: tuple[Node, ...]


def find_areas(root: Node) -> list[AreaNodes]:
    """Return the areas in order; empty when no numbered paragraph carries a tail."""
    measures = _measure_nodes(root)
    parents = dict.fromkeys(measure.parent for measure in measures if measure.parent is not None)
    chosen = set(measures)
    level = Counter(measure.level for measure in measures).most_common(1)[0][0] if measures else None
    for parent in list(parents):
        for sibling in _siblings_below_one_chapter(parent):
            missing = [child for child in sibling.children if child.level is level and not is_general(child)]
            if missing and (sibling is parent or not chosen.intersection(sibling.walk())):
                chosen.update(missing)
                parents[sibling] = None
    order = {node: position for position, node in enumerate(root.walk())}
    areas = []
    for parent in sorted(parents, key=order.__getitem__):
        own = tuple(child for child in parent.children if child in chosen)
        areas.append(AreaNodes(None if parent is root else parent, own))
    return areas


def _siblings_below_one_chapter(parent: Node) -> list[Node]:
    if parent.marker is None:
        return [parent]
    if parent.parent is None or parent.parent.marker is None:
        return [parent]
    return [sibling for sibling in parent.parent.children if sibling.level is parent.level]


def _measure_nodes(root: Node) -> list[Node]:
    tailed = [node for node in root.walk() if node.parent is not None and any(t.names_units for t in node.tails)]
    if not tailed:
        return []
    bearing = _ancestors_of(tailed)
    # 一、赛事（牵头单位：…） with measures below says who leads them all, and is none itself.
    own = [node for node in tailed if node not in bearing or not _only_leads(node)] or tailed
    level = _measure_level(Counter(node.level for node in own))
    tailed, bearing = own, _ancestors_of(own)
    measures: dict[Node, None] = {}
    for node in tailed:
        at_level = _ancestor_at(node, level)
        if at_level is not None:
            measures[at_level] = None
        elif node not in bearing:
            measures[node] = None
    return list(measures)


def _only_leads(node: Node) -> bool:
    return {part.role for tail in node.tails for part in tail.parts} <= {Role.LEAD, Role.DUE, Role.OTHER}


def _measure_level(counts: Counter[Level]) -> Level:
    """Return the commonest level of tails, but a higher one that has at least half as many.

    A measure may leave its tails to its own subitems; the others at its level then still tell where measures stand.
    """
    most = max(counts.values())
    return min(level for level, count in counts.items() if 2 * count >= most)


def _ancestors_of(nodes: list[Node]) -> set[Node]:
    found: set[Node] = set()
    for node in nodes:
        above = node.parent
        while above is not None and above not in found:
            found.add(above)
            above = above.parent
    return found


def _ancestor_at(node: Node, level: Level) -> Node | None:
    current: Node | None = node
    while current is not None and current.level is not level:
        current = current.parent
    return current
