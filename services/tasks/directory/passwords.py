"""Rules for passwords: what is too weak, how one is kept (argon2id), and random ones for a first sign-in.

Hashing takes tens of milliseconds of CPU and 19 MB on purpose; callers do it by `Turns` of `signing_in.py`.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.text import Text
from shared.typed_text import tidy_password

# Above the eight that NIST SP 800-63B-3 asks for, because passwords of posts are handed over.
SHORTEST = 10
# Hashing costs by length: whoever sends a megabyte must not keep a core busy.
LONGEST = 128
# With what pasting may have put around it.
LONGEST_TYPED = 1000

# Of 0 to 4: below 2 less than a million guesses find it. Its lists know what is common in the world, and no pinyin.
_LEAST_SCORE = 2
# What the library takes; a longer password is no easier.
_LONGEST_LOOKED_AT = 72
# Without characters that look alike on paper or on a phone: 0 and o, 1 and l and i.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON = (
    "password",
    "qwerty",
    "asdfgh",
    "123456",
    "abcdef",
    "admin",
    "qingdan",
    "111111",
    "000000",
    "888888",
    "woaini",
)

# The least that OWASP's Password Storage Cheat Sheet recommends for argon2id. A county signs in at the same minute on a
# small server, and each sign-in holds a database connection while its password is compared: the library's default takes
# several times the CPU and made the last ones wait in vain.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

TOO_SHORT = Text(
    f"密码至少要{SHORTEST}个字符，请再长一些。",
    f"The password needs at least {SHORTEST} characters. Please make it longer.",
)
TOO_LONG = Text(f"密码不能超过{LONGEST}个字符。", f"The password may have at most {LONGEST} characters.")
ONE_KIND = Text(
    "密码不能全是数字或全是同一类字符，请混用字母、数字或符号。",
    "The password may not be all digits or all of one kind. Please mix letters, digits or signs.",
)
TOO_EASY = Text(
    "密码含有登录名或太常见的词，容易被猜到，请换一个。",
    "The password contains the sign-in name or a very common word and is easy to guess. Please choose another.",
)
UNTYPABLE = Text(
    "密码里有看不见的控制字符，请重新输入。",
    "The password contains invisible control characters. Please type it again.",
)
REPETITIVE = Text(
    "密码里不同的字符太少，请换一个。", "The password has too few different characters. Please choose another."
)


def weakness(password: str, sign_in_name: str) -> Text | None:
    """Return what is wrong with a password that a person chose, or None when it will do."""
    lower = password.lower()
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        return UNTYPABLE
    if len(set(lower)) < 5:
        return REPETITIVE
    if len({_kind(character) for character in password}) < 2:
        return ONE_KIND
    if sign_in_name.lower() in lower or any(word in lower for word in _COMMON) or _is_guessed(password, sign_in_name):
        return TOO_EASY
    return None


def _is_guessed(password: str, sign_in_name: str) -> bool:
    """Whether lists of tens of thousands of common passwords, keyboard rows, dates and swapped signs find it soon."""
    from zxcvbn import zxcvbn

    return int(zxcvbn(password[:_LONGEST_LOOKED_AT], user_inputs=[sign_in_name])["score"]) < _LEAST_SCORE


def _kind(character: str) -> str:
    if character.isdecimal():
        return "digit"
    return "letter" if character.isalpha() else "sign"


def make_random() -> str:
    """Return a password to be told once and changed at the first sign-in, as k7fm-x2pq-9hwt."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def as_kept(password: str) -> str:
    """The password without what pasting brought along; one that is far too long stays as it is, without work."""
    return password if len(password) > LONGEST_TYPED else tidy_password(password)


def hash_password(password: str) -> str:
    """The password as it is stored; slow on purpose, so call it by `Turns`."""
    return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Compare the password as typed, for it may have been set so, and then without what pasting brought along.

    How often is a matter of what was typed and not of whose it is. What is longer than allowed is wrong without work,
    and a malformed hash fits nothing.
    """
    return any(_fits(password_hash, one) for one in dict.fromkeys((password, as_kept(password))))


def stamp_of(password_hash: str) -> str:
    """What tells this password from the one before and the one after, and nothing else: its salt is random."""
    return hashlib.sha256(f"stamp of {password_hash}".encode()).hexdigest()[:32]


def _fits(password_hash: str, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


# Compared with when the name is unknown, so that the answer takes as long as for a known one.
NOBODYS_HASH = _hasher.hash(secrets.token_urlsafe(16))

# For an account that nobody signs in with: no password has it.
NOBODYS = "!"
