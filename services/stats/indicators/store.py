"""All writes of indicators; each change keeps the version that it made."""

from __future__ import annotations

from psycopg2.extras import Json

from services.stats.indicators.definitions import Definition
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value


def lock_indicators(cur: Cursor) -> None:
    """Let one change of definitions happen at a time: two at once could close a circle of formulas."""
    cur.execute("LOCK TABLE indicator IN SHARE ROW EXCLUSIVE MODE")


def insert_indicator(cur: Cursor, definition: Definition) -> int:
    """Make an indicator without its numerator and denominator (`set_parts`), and return its id."""
    cur.execute(
        """
        INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, formula, bound,
            may_be_negative, source, owner, basis_by, basis_number, basis_until, valid_from, valid_to, is_invented)
        VALUES (%(code)s, %(name)s, %(definition)s, %(unit_of_measure)s, %(decimals)s, %(period_kind)s, %(type)s,
            %(formula)s, %(bound)s, %(may_be_negative)s, %(source)s, %(owner)s, %(basis_by)s, %(basis_number)s,
            %(basis_until)s, %(valid_from)s, %(valid_to)s, %(is_invented)s)
        RETURNING id
        """,
        definition.as_dict(),
    )
    return value(cur, int)


def update_indicator(cur: Cursor, indicator_id: int, definition: Definition) -> None:
    """Store an indicator as it is to be, but for numerator and denominator, and count its version up."""
    cur.execute(
        """
        UPDATE indicator SET name = %(name)s, definition = %(definition)s, unit_of_measure = %(unit_of_measure)s,
            decimals = %(decimals)s, period_kind = %(period_kind)s, type = %(type)s, formula = %(formula)s,
            bound = %(bound)s, may_be_negative = %(may_be_negative)s, source = %(source)s, owner = %(owner)s,
            basis_by = %(basis_by)s, basis_number = %(basis_number)s, basis_until = %(basis_until)s,
            valid_from = %(valid_from)s, valid_to = %(valid_to)s, is_invented = %(is_invented)s,
            version = version + 1
        WHERE id = %(id)s
        """,
        definition.as_dict() | {"id": indicator_id},
    )


def set_parts(cur: Cursor, indicator_id: int, definition: Definition) -> None:
    """Let a ratio be made of the indicators that it names by their codes; one that is no ratio of none."""
    cur.execute(
        """
        UPDATE indicator SET
            numerator_id = (SELECT id FROM indicator AS part WHERE part.code = %(numerator)s),
            denominator_id = (SELECT id FROM indicator AS part WHERE part.code = %(denominator)s)
        WHERE id = %(id)s
        """,
        {"numerator": definition.numerator, "denominator": definition.denominator, "id": indicator_id},
    )


def keep_version(cur: Cursor, indicator_id: int, definition: Definition, *, who: Signature) -> None:
    """Keep the indicator as its newest version has it, beside who made it so."""
    cur.execute(
        """
        INSERT INTO indicator_version (indicator_id, version, content, person_id, person_post, person_unit)
        SELECT id, version, %s, %s, %s, %s FROM indicator WHERE id = %s
        """,
        (Json(definition.as_dict()), who.person_id, who.post, who.unit, indicator_id),
    )
