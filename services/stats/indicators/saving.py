"""Use cases: the lead bureau defines indicators, one at a time or many out of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from services.stats.indicators import answers, queries, store
from services.stats.indicators.definitions import Definition, complaints, complaints_of_change, users
from services.stats.indicators.records import Indicator
from shared.actor import Signature
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_INDICATOR = Text(
    "没有这项指标，请返回列表刷新。", "There is no such indicator. Please go back to the list and reload it."
)
CHANGED = Text(
    "这项指标刚被别人改过，请对照后再保存。",
    "Somebody else has just changed this indicator. Please compare and save again.",
)
TAKEN = Text("已有这个代码的指标，请换一个。", "There is an indicator with this code. Please choose another one.")


def save_indicator(cur: Cursor, context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Make an indicator or change one; saving it as it is changes nothing."""
    store.lock_indicators(cur)
    standing = Standing.read(cur)
    before = standing.indicator(params["indicator_id"], params["version"])
    wished = Definition(**{field.name: params[field.name] for field in fields(Definition)})
    known = standing.definitions | {wished.code: wished}
    wrong = complaints(wished, known)
    if before is None:
        wrong |= {"code": TAKEN} if wished.code in standing.definitions else {}
    else:
        wrong |= wrong_changes(cur, standing, {before.code: wished}).get(before.code, {})
    if wrong:
        raise Invalid.of_fields(wrong)
    if before is None or standing.definitions[before.code] != wished:
        store_definitions(cur, [wished], standing, who=context.signed_in.signature)
    saved = queries.indicators_with_codes(cur, [wished.code])[wished.code]
    return answers.indicator_answer(cur, saved)


class Standing:
    """All indicators as they are stored."""

    def __init__(self, indicators: Sequence[Indicator]) -> None:
        self.indicators = {one.code: one for one in indicators}
        codes = {one.id: one.code for one in indicators}
        self.definitions = {one.code: answers.definition_of(one, codes) for one in indicators}

    @classmethod
    def read(cls, cur: Cursor) -> Standing:
        """Whoever changes them locks them first."""
        return cls(queries.all_indicators(cur))

    def indicator(self, indicator_id: int | None, version: int | None) -> Indicator | None:
        """The one that a change is about, None for a new one. NotFound when it is gone, Conflict when it is stale."""
        if indicator_id is None:
            return None
        found = next((one for one in self.indicators.values() if one.id == indicator_id), None)
        if found is None:
            raise NotFound(NO_INDICATOR)
        if found.version != version:
            raise Conflict(CHANGED, {"current": answers.indicator_as_dict(found, self.definitions[found.code])})
        return found


def wrong_changes(cur: Cursor, standing: Standing, wished: Mapping[str, Definition]) -> dict[str, dict[str, Text]]:
    """What is wrong with changing these indicators, by the codes that they have and by field.

    That an indicator which is made of a changed one is right no more is the fault of that change.
    """
    known = {**standing.definitions, **{one.code: one for one in wished.values()}}
    in_use = queries.in_use(cur, [standing.indicators[code].id for code in wished])
    found: dict[str, dict[str, Text]] = {}
    for code, after in wished.items():
        before, indicator_id = standing.definitions[code], standing.indicators[code].id
        asking = "、".join(one.table_number for one in queries.asking_reports(cur, indicator_id))
        wrong = complaints_of_change(before, after, is_in_use=indicator_id in in_use, reports=asking)
        for field in _harming(before, after, known):
            wrong.setdefault(*field)
        if wrong:
            found[code] = wrong
    return found


def store_definitions(cur: Cursor, wished: Iterable[Definition], standing: Standing, *, who: Signature) -> None:
    """Store new and changed definitions, which are right; parts of ratios once all of them are there."""
    stored: list[tuple[int, Definition]] = []
    for definition in wished:
        before = standing.indicators.get(definition.code)
        if before is None:
            stored.append((store.insert_indicator(cur, definition), definition))
        else:
            store.update_indicator(cur, before.id, definition)
            stored.append((before.id, definition))
    for indicator_id, definition in stored:
        store.set_parts(cur, indicator_id, definition)
        store.keep_version(cur, indicator_id, definition, who=who)


def _harming(before: Definition, after: Definition, known: Mapping[str, Definition]) -> Iterable[tuple[str, Text]]:
    """The field whose change makes an indicator wrong that is made of this one, with the sentence about it."""
    changed = [name for name in ("period_kind", "unit_of_measure", "type") if _differs(before, after, name)]
    if not changed or after.code != before.code:
        return
    as_before = {**known, before.code: before}
    for user in users(after.code, known):
        wrong = complaints(user, known)
        if wrong and not complaints(user, as_before):
            sentence = next(iter(wrong.values()))
            yield (
                changed[0],
                Text(
                    f"指标“{user.name}”用到了它，这样改会出错：{sentence.zh}",
                    f"{user.name} is made of it and would be wrong: {sentence.en}",
                ),
            )


def _differs(before: Definition, after: Definition, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))
