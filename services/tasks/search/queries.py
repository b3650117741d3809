"""Reads of the search: in each group, what holds all the words; then what is shown of a page of it.

Words are looked for as they are: strpos knows no patterns, so a percent sign is a percent sign.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.document_numbers import is_part_of_number
from services.tasks.search.pairs import is_exact, pairs_query
from services.tasks.search.records import Ids, Note, Numbered, OfDuty, Person, Place, Unit
from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.rows import many, the, value

# The largest id that PostgreSQL takes; a longer number is no duty's.
_DIGITS = 18

# Every row with the titles from its area down and its number; one that was dropped has no number any more.
_LINES = """
    placed AS MATERIALIZED (
        SELECT id, parent_id, checklist_id, level, title, CASE WHEN dropped_in IS NULL THEN row_number() OVER (
            PARTITION BY checklist_id, parent_id, dropped_in IS NULL ORDER BY position, id) END AS place
        FROM checklist_row
    ), line (id, checklist_id, level, title, words, number) AS (
        SELECT id, checklist_id, level, title, lower(title), place::text FROM placed WHERE parent_id IS NULL
        UNION ALL
        SELECT placed.id, placed.checklist_id, placed.level, placed.title, line.words || E'\\n' || lower(placed.title),
            line.number || '.' || placed.place
        FROM line JOIN placed ON placed.parent_id = line.id
    )
"""
_IS_AT = "(%(number_{n})s <> '' AND (number = %(number_{n})s OR starts_with(number, %(number_{n})s || '.')))"
_UNIT_WORDS = "lower(concat_ws(E'\\n', unit.name, unit.code, array_to_string(aliases, E'\\n')))"
# A reminder's text is a code for the page, and an amendment's reason stands at each duty and means the checklist. The
# index is on just this: see the migration t0031.
_IS_A_NOTE = "text <> '' AND action <> 'reminded' AND action <> 'amended'"
_NOTES = f"""
    SELECT duty_id FROM duty_history
    WHERE {_IS_A_NOTE} AND pairs_of_signs(text) @@ %(pairs_{{n}})s::tsquery
        AND (%(is_exact_{{n}})s OR strpos(text, %(word_{{n}})s) > 0
            OR %(has_case_{{n}})s AND strpos(lower(text), lower(%(word_{{n}})s)) > 0)
"""
_DUTY_HOLDS = f"""
    AND (duty.id = %(duty_{{n}})s
        OR item_id IN (SELECT id FROM line WHERE strpos(words, lower(%(word_{{n}})s)) > 0 OR {_IS_AT})
        OR unit_id IN (SELECT id FROM named WHERE strpos(words, lower(%(word_{{n}})s)) > 0)
        OR duty.id IN ({_NOTES})
        OR checklist_id IN (
            SELECT id FROM checklist WHERE strpos(lower(document_number), lower(%(document_{{n}})s)) > 0))
"""
_THEIRS = f"""
    {STEPS_BELOW}, theirs AS (SELECT unnest(ids) AS id FROM step)
"""


def duties(cur: Cursor, words: Sequence[str], unit_id: int | None, *, limit: int, offset: int) -> Ids:
    """Duties that hold all the words: of a unit, those below it, parts of its own, what it helps with or reviews.

    None stands for all units. One whose number was typed comes first, those of ended checklists last, else what is due
    first.
    """
    cur.execute(
        f"""
        WITH RECURSIVE {_THEIRS}, {_LINES}, named AS MATERIALIZED (SELECT id, {_UNIT_WORDS} AS words FROM unit),
        found AS MATERIALIZED (
            SELECT duty.id, checklist_id, due_on FROM duty WHERE state <> 'withdrawn'
                AND (%(above)s::bigint IS NULL OR unit_id IN (SELECT id FROM theirs) OR duty.id IN (
                    SELECT duty_id FROM request
                    WHERE kind = 'blocker' AND ended_at IS NULL AND asked_unit_id = %(above)s)
                    OR parent_id IN (SELECT id FROM duty AS whole WHERE whole.unit_id = %(above)s)
                    OR parent_id IS NULL AND item_id IN (
                        SELECT id FROM checklist_row WHERE reviewer_unit_id = %(above)s))
                {_each(_DUTY_HOLDS, words)}
        )
        SELECT (SELECT count(*) FROM found) AS total, ARRAY(
            SELECT found.id FROM found JOIN checklist ON checklist.id = checklist_id
            ORDER BY found.id = ANY (%(numbers)s::bigint[]) DESC, checklist.state = 'closed', checklist_id DESC,
                due_on, found.id LIMIT %(limit)s OFFSET %(offset)s
        ) AS ids, false AS is_more
        """,
        {**_params(words), "above": unit_id, "limit": limit, "offset": offset},
    )
    return the(cur, Ids)


# Of a word that nearly every duty holds only so many are counted: nobody reads on, and counting all takes longest.
MOST_COUNTED = 1000
# How many duties are looked at to see whether a search is of that kind, and how many of a hundred must hold the words.
_SAMPLE, _COMMON_PERCENT = 200, 50
_WALKED = 3 * MOST_COUNTED
# The same as `_DUTY_HOLDS` of each duty by itself, without the numbers of rows and documents: where there are many that
# hold a word, looking at some costs less than finding all. LIMIT keeps PostgreSQL from reading all notes for it.
_EACH_HOLDS = f"""
    AND (strpos(lower(concat_ws(E'\\n', area.title, measure.title, task.title, item.title)), lower(%(word_{{n}})s)) > 0
        OR strpos({_UNIT_WORDS}, lower(%(word_{{n}})s)) > 0
        OR (SELECT true FROM duty_history
            WHERE duty_id = duty.id AND {_IS_A_NOTE} AND (strpos(text, %(word_{{n}})s) > 0
                OR %(has_case_{{n}})s AND strpos(lower(text), lower(%(word_{{n}})s)) > 0) LIMIT 1))
"""
_OF_EACH = """
    JOIN checklist_row AS item ON item.id = item_id JOIN checklist_row AS task ON task.id = item.parent_id
    JOIN checklist_row AS measure ON measure.id = task.parent_id
    JOIN checklist_row AS area ON area.id = measure.parent_id JOIN unit ON unit.id = unit_id
"""


def are_common(cur: Cursor, words: Sequence[str]) -> bool:
    """Whether so many duties seem to hold all the words that `first_duties` finds them sooner than `duties`.

    A number is no common word: it means a row, a duty or a document.
    """
    if any("." in word or _is_id(word) or is_part_of_number(word) for word in words):
        return False
    cur.execute(
        f"""
        WITH bounds AS (SELECT min(id) AS low, max(id) AS high FROM duty), sample AS MATERIALIZED (
            SELECT duty.id, item_id, unit_id
            FROM bounds CROSS JOIN generate_series(0, %(sample)s - 1) AS step
            -- Not at equal distances: what repeats in the order of the ids would be found always, or never.
            JOIN duty ON duty.id = low + (hashint8extended(step, 0) & 9223372036854775807) %% (high - low + 1)
        )
        SELECT count(*) * 100 >= greatest((SELECT count(*) FROM sample), %(sample)s / 4) * %(percent)s AS are_common
        FROM sample AS duty {_OF_EACH} WHERE true {_each(_EACH_HOLDS, words)}
        """,
        {**_params(words), "sample": _SAMPLE, "percent": _COMMON_PERCENT},
    )
    return value(cur, bool)


def first_duties(cur: Cursor, words: Sequence[str], *, limit: int, offset: int) -> Ids | None:
    """A page of the first MOST_COUNTED of `duties` of all units; None where there may be fewer.

    They are sought among what is due first of the newest checklist in force, which comes first in the whole list.
    """
    cur.execute(
        f"""
        WITH first AS MATERIALIZED (
            SELECT row_number() OVER () AS place, sorted.* FROM (
                SELECT id, item_id, unit_id FROM duty
                WHERE state <> 'withdrawn' AND checklist_id = (
                    SELECT id FROM checklist WHERE state IN ('issued', 'closed') AND amends_id IS NULL
                    ORDER BY state = 'closed', id DESC LIMIT 1)
                ORDER BY due_on, id LIMIT %(walked)s) AS sorted
        ), found AS MATERIALIZED (
            SELECT place, duty.id FROM first AS duty {_OF_EACH} WHERE true {_each(_EACH_HOLDS, words)}
            ORDER BY place LIMIT %(most)s + 1
        )
        SELECT (SELECT least(count(*), %(most)s) FROM found) AS total, ARRAY(
            SELECT id FROM found ORDER BY place LIMIT greatest(least(%(limit)s, %(most)s - %(offset)s), 0)
            OFFSET %(offset)s
        ) AS ids, (SELECT count(*) > %(most)s FROM found) AS is_more
        """,
        {**_params(words), "walked": _WALKED, "most": MOST_COUNTED, "limit": limit, "offset": offset},
    )
    found = the(cur, Ids)
    return found if found.is_more else None


def notes(cur: Cursor, duty_ids: Sequence[int]) -> list[Note]:
    """What was written about the duties, the newest first."""
    cur.execute(
        f"""
        SELECT duty_id, action, text FROM duty_history
        WHERE duty_id = ANY (%s) AND {_IS_A_NOTE} ORDER BY duty_id, id DESC
        """,
        (list(duty_ids),),
    )
    return many(cur, Note)


def of_duties(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, OfDuty]:
    """By duty, its checklist and what else its unit is called."""
    cur.execute(
        """
        SELECT duty.id AS duty_id, checklist.title AS checklist, document_number,
            checklist.state = 'closed' AS is_ended, code, aliases
        FROM duty JOIN unit ON unit.id = unit_id JOIN checklist ON checklist.id = checklist_id WHERE duty.id = ANY (%s)
        """,
        (list(duty_ids),),
    )
    return {found.duty_id: found for found in many(cur, OfDuty)}


def numbers(cur: Cursor, row_ids: Sequence[int]) -> dict[int, str | None]:
    """Where the rows stand in their checklists, by id."""
    cur.execute(f"WITH RECURSIVE {_LINES} SELECT id, number FROM line WHERE id = ANY (%s)", (list(row_ids),))
    return {found.id: found.number for found in many(cur, Numbered)}


_PLACE_HOLDS = f"AND (strpos(words, lower(%(word_{{n}})s)) > 0 OR {_IS_AT})"
_PLACES = f"""
    WITH RECURSIVE {_LINES}, place AS (
        SELECT NULL::bigint AS row_id, checklist.id AS checklist_id, title AS checklist, year, state,
            amends_id IS NOT NULL AS is_amendment, 0 AS level, title, NULL AS number,
            coalesce(closed_reason, '') AS said, document_number,
            lower(concat_ws(E'\\n', title, year, closed_reason, document_number)) AS words
        FROM checklist
        UNION ALL
        SELECT line.id, line.checklist_id, checklist.title, year, state, amends_id IS NOT NULL, level, line.title,
            number, '', '', lower(line.title)
        FROM line JOIN checklist ON checklist.id = line.checklist_id WHERE number IS NOT NULL
    )
"""


def count_places(cur: Cursor, words: Sequence[str]) -> int:
    """How many checklists and rows of checklists hold all the words."""
    cur.execute(
        f"{_PLACES} SELECT count(*) AS total FROM place WHERE true {_each(_PLACE_HOLDS, words)}",
        _params(words),
    )
    return value(cur, int)


def places(cur: Cursor, words: Sequence[str], *, limit: int, offset: int) -> list[Place]:
    """Checklists, then rows of them from areas down to items; ended ones last, else the newest first."""
    cur.execute(
        f"""
        {_PLACES} SELECT {", ".join(Place._fields)} FROM place WHERE true {_each(_PLACE_HOLDS, words)}
        ORDER BY state = 'closed', level, year DESC, checklist_id DESC, string_to_array(number, '.')::integer[]
        LIMIT %(limit)s OFFSET %(offset)s
        """,
        {**_params(words), "limit": limit, "offset": offset},
    )
    return many(cur, Place)


_UNIT_HOLDS = f"AND strpos({_UNIT_WORDS}, lower(%(word_{{n}})s)) > 0"
_UNITS = """
    FROM unit WHERE (%(above)s::bigint IS NULL OR unit.id IN (SELECT id FROM theirs)) {holds}
"""


def count_units(cur: Cursor, words: Sequence[str], unit_id: int | None) -> int:
    """How many of a unit and those below it hold all the words; None for all units."""
    cur.execute(
        f"""
        WITH RECURSIVE {_THEIRS} SELECT count(*) AS total
        {_UNITS.format(holds=_each(_UNIT_HOLDS, words))}
        """,
        {**_params(words), "above": unit_id},
    )
    return value(cur, int)


def units(cur: Cursor, words: Sequence[str], unit_id: int | None, *, limit: int, offset: int) -> list[Unit]:
    """Those of `count_units` in the order of the directory, but the one that is called just so first."""
    cur.execute(
        f"""
        WITH RECURSIVE {_THEIRS}
        SELECT id, code, name, kind, aliases, is_active, (
            SELECT max(checklist_id) FROM duty WHERE duty.unit_id = unit.id AND state <> 'withdrawn') AS checklist_id
        {_UNITS.format(holds=_each(_UNIT_HOLDS, words))}
        ORDER BY name = %(word_0)s OR code = %(word_0)s DESC, starts_with(name, %(word_0)s) DESC, code
        LIMIT %(limit)s OFFSET %(offset)s
        """,
        {**_params(words), "above": unit_id, "limit": limit, "offset": offset},
    )
    return many(cur, Unit)


_PERSON_HOLDS = """
    AND strpos(lower(concat_ws(E'\\n', display_name, sign_in_name, post, unit.name)), lower(%(word_{n})s)) > 0
"""
_PEOPLE = "FROM person JOIN unit ON unit.id = person.unit_id WHERE same_as IS NULL {holds}"


def count_people(cur: Cursor, words: Sequence[str]) -> int:
    """How many accounts hold all the words."""
    cur.execute(
        f"SELECT count(*) AS total {_PEOPLE.format(holds=_each(_PERSON_HOLDS, words))}",
        _params(words),
    )
    return value(cur, int)


def people(cur: Cursor, words: Sequence[str], *, limit: int, offset: int) -> list[Person]:
    """Accounts by the codes of their units, then by sign-in name."""
    cur.execute(
        f"""
        SELECT person.id, display_name, sign_in_name, post, unit.name AS unit, person.is_active
        {_PEOPLE.format(holds=_each(_PERSON_HOLDS, words))}
        ORDER BY unit.code, sign_in_name LIMIT %(limit)s OFFSET %(offset)s
        """,
        {**_params(words), "limit": limit, "offset": offset},
    )
    return many(cur, Person)


def _each(condition: str, words: Sequence[str]) -> str:
    """The condition once for each word; the words themselves are parameters."""
    return " ".join(condition.replace("{n}", str(n)) for n in range(len(words)))


def _params(words: Sequence[str]) -> dict[str, object]:
    # Without a bracketed year nobody could say that a word means the document.
    is_of_document = any(is_part_of_number(word) for word in words)
    found: dict[str, object] = {"numbers": [int(word) for word in words if _is_id(word)]}
    for n, word in enumerate(words):
        found |= {
            f"word_{n}": word,
            f"pairs_{n}": pairs_query(word),
            f"is_exact_{n}": is_exact(word),
            # Making a note lower costs more than all else, and of Chinese changes nothing.
            f"has_case_{n}": word.lower() != word.upper(),
            f"duty_{n}": int(word) if _is_id(word) else None,
            # A number without a point stands in too much to mean a row's.
            f"number_{n}": word if "." in word else "",
            f"document_{n}": word if is_of_document else None,
        }
    return found


def _is_id(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= _DIGITS
