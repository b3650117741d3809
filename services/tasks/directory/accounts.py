"""Rules of accounts: what a sign-in name may be, and which roles go together. Pure."""

from __future__ import annotations

import re

from shared.text import Text
from shared.typed_text import tidy_code

_SIGN_IN_NAME = re.compile(r"[\w.@-]{2,40}")

ODD_NAME = Text(
    "登录名由2到40个字母、汉字、数字或 . _ - @ 组成，中间不能有空格。",
    "A sign-in name has 2 to 40 letters, digits or . _ - @ and no blanks.",
)
ADMIN_AND_AUDITOR = Text(
    "系统管理员和审计员不能是同一个账号：审计员要查看管理员的操作。",
    "One account cannot be administrator and auditor: the auditor looks at what administrators do.",
)
LAST_ADMINISTRATOR = Text(
    "这是最后一个启用的系统管理员，请先设置另一个。",
    "This is the last active administrator. Please appoint another one first.",
)


def is_sign_in_name(name: str) -> bool:
    return _SIGN_IN_NAME.fullmatch(name) is not None and name.isprintable()


def names_kept_of(name: str) -> list[str]:
    """The name as it is kept; before that as it was typed, for names of old were kept so. What is odd is nobody's."""
    return list(filter(is_sign_in_name, dict.fromkeys((name.strip().lower(), tidy_code(name).lower()))))
