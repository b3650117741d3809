"""The page that a form or a link came from: it says so itself, and only pages of this site are believed."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import request

from shared.own_path import own_path


def way_back(otherwise: str) -> str:
    """The page that the request says it came from, with what its address asked for, or `otherwise`."""
    return own_path(request.values.get("back", "")) or otherwise


def way_back_of(page: str) -> str:
    """Where the page of this address itself leads back to; empty when it says nothing."""
    return own_path(parse_qs(urlsplit(page).query).get("back", [""])[0])
