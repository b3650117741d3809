"""Keeps out of the ledger what the answer of a provider repeats and nobody shall read there (pure).

That are the secrets of the account, however they are written, and pieces of them; what is signed or let in by name; and
telephone numbers but for their last two digits.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus, urlsplit

MASK = "…"
# Shorter ones would be found in every answer.
SHORTEST = 4
# A piece of a secret that is as long says much of it; a shorter one may be a word.
PIECE = 10
# A part of a path as long as this, with a digit in it, is a key and no word.
KEY_IN_PATH = 8

_NAMES = (
    r"(?:access|app|corp|api|secret|session|refresh)?[_-]?(?:token|key|secret|sign|signature|password|passwd|pwd)"
    r"|access[_-]?key(?:[_-]?(?:id|secret))?|timestamp|nonce|authorization"
)
# `sign=…&`, also where it is encoded once or twice, `sign="…"`, `"sign": "…"`, `token: …` where it is no word, and
# with `Bearer …`.
_NAMED = re.compile(
    rf"""
    (?P<name>(?:(?<![a-z0-9])|(?<=%[0-9a-f]{{2}})|(?<=%25[0-9a-f]{{2}}))(?:{_NAMES}))
    (?P<is>
        (?:\s*(?:=|%(?:25)*3D)\s*\\?["']?|\\?["']\s*:\s*\\?["']?|(?<=authorization):\s*|\s*:\s*(?=\S*[0-9]|\S{{16}}))
        (?:(?:bearer|basic)\s+)?
    )
    (?P<value>(?:(?!%(?:25)*26)[^\s&"'<>,;)\]}}\\])+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Of the mainland, with its country and in groups or not; and of a fixed line.
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8}|(?:1[3-9]\d)[ -]\d{3}[ -]\d{5})(?!\d)"
)


def masked(said: str, secrets: tuple[str, ...]) -> str:
    """What was said, with a sign in the place of all that is not to be read."""
    for one in secrets_in(secrets):
        said = _without_pieces(_forms(one).sub(MASK, said), one)
    said = _NAMED.sub(lambda found: f"{found['name']}{found['is']}{MASK}", said)
    return _PHONE.sub(lambda found: MASK + re.sub(r"\D", "", found[0])[-2:], said)


def secrets_in(secrets: Iterable[str]) -> list[str]:
    """The secrets and those that stand in addresses among them, the longest first."""
    found = {one for secret in secrets for one in (secret, *_keys_of(secret)) if len(one) >= SHORTEST}
    return sorted(found, key=lambda one: (-len(one), one))


def _keys_of(target: str) -> Iterator[str]:
    """The keys in the path and the query of an address."""
    if not target.startswith("/"):
        return
    parts = urlsplit(target)
    for value in parts.query.split("&"):
        yield value.partition("=")[2]
    for segment in parts.path.split("/"):
        if len(segment) >= KEY_IN_PATH and re.search(r"[0-9]", segment):
            yield segment


@lru_cache(maxsize=256)
def _forms(secret: str) -> re.Pattern[str]:
    """The secret as it may be written: plain, as JSON, for an address once or twice, in hexadecimal or base64."""
    data = secret.encode()
    plain = [secret, json.dumps(secret)[1:-1], secret.replace("/", "\\/"), secret.replace("&", "&amp;")]
    once = [quote(secret), quote(secret, safe=""), quote_plus(secret)]
    forms = {*plain, *once, *(quote(one, safe="") for one in once), data.hex(), *_in_base64(data)}
    longest_first = sorted((one for one in forms if one), key=lambda one: (-len(one), one))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def _in_base64(data: bytes) -> Iterator[str]:
    """The signs of base64 that stand for the secret, wherever in what was encoded it begins."""
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            signs = encode(b"\0" * before + data).decode().rstrip("=")
            # The first and the last sign may have bits of what stands beside it.
            inner = signs[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
            if len(inner) >= SHORTEST:
                yield inner
                yield quote(inner, safe="")


def _without_pieces(said: str, secret: str) -> str:
    """Without pieces of a secret that are as long as `PIECE`; of an address only its keys are looked at so."""
    if secret.startswith("/") or len(secret) <= PIECE:
        return said
    lowered, said_low = secret.lower(), said.lower()
    if len(said_low) != len(said):
        # Of a sign whose small form is longer, which no provider sends, nothing is told apart.
        lowered, said_low = secret, said
    pieces = {lowered[at : at + PIECE] for at in range(len(secret) - PIECE + 1)}
    found: list[str] = []
    at = 0
    while at < len(said):
        if said_low[at : at + PIECE] not in pieces:
            found.append(said[at])
            at += 1
            continue
        at += PIECE
        while said_low[at - PIECE + 1 : at + 1] in pieces and at < len(said):
            at += 1
        found.append(MASK)
    return "".join(found)
