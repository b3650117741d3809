"""Whether the rows that queries return are of the types that their fields declare, which mypy believes unseen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from shared import rows


@contextmanager
def checked_rows() -> Iterator[None]:
    """Let every row that is made meanwhile fail with a sentence where it is not what it declares."""
    original, hints_of = rows._maker, cache(get_type_hints)

    def checking(cur: Any, row_type: Any) -> Callable[[Any], Any]:
        make = original(cur, row_type)
        hints = hints_of(row_type)
        return lambda found: _checked(make(found), hints)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_maker", checking)
        yield


def fits(value: object, hint: Any) -> bool:
    """Whether `value` is exactly of the type `hint`: a bool is no int here, a datetime no date."""
    if hint is Any:
        return True
    if get_origin(hint) in (Union, UnionType):
        return any(fits(value, one) for one in get_args(hint))
    if get_origin(hint) is list:
        return isinstance(value, list) and all(fits(one, get_args(hint)[0]) for one in value)
    if get_origin(hint) is dict:
        return isinstance(value, dict)
    return type(value) is hint


def _checked(row: Any, hints: dict[str, Any]) -> Any:
    wrong = [name for name in row._fields if not fits(getattr(row, name), hints[name])]
    assert not wrong, f"{type(row).__name__} declares other types of {', '.join(wrong)}: {row}"
    return row
