"""Chinese first, English by a switch. The choice is kept in the browser's session cookie.

The catalogue is kept as text; what gettext reads is compiled from it at the start when it is missing or older.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask import Flask, g, request, session
from flask_babel import Babel, force_locale, get_locale, refresh
from flask_babel.speaklater import LazyString

from shared.text import Text

log = logging.getLogger(__name__)

# It has a code of `LANGUAGES` in its address.
LANGUAGE_PAGE = "entry.choose_language"
LANGUAGES = {"zh": "中文", "en": "English"}
TRANSLATIONS = Path(__file__).parent / "translations"


def install(app: Flask) -> None:
    """Let every page be in the language of its browser."""
    compile_catalogues()
    Babel(
        app,
        default_locale="zh",
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=chosen,
    )
    # Templates ask a hundred times for each page, and Flask-Babel looks up afresh each time which catalogue is theirs.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda said: _catalogue(current()).gettext(said),
        lambda one, many, number: _catalogue(current()).ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, said: _catalogue(current()).pgettext(context, said),
        npgettext=lambda context, one, many, number: _catalogue(current()).npgettext(context, one, many, number),
    )
    app.before_request(_choose)


def _choose() -> None:
    """Before anybody is asked who it is, so that a page of an outage is in the language that was just chosen."""
    code = (request.view_args or {}).get("code")
    if request.endpoint == LANGUAGE_PAGE and code in LANGUAGES:
        session["language"] = code
        refresh()
        g.pop("language", None)


def chosen() -> str:
    """The language of this browser; Chinese until it chose another one."""
    language = session.get("language", "zh") if request else "zh"
    return language if language in LANGUAGES else "zh"


def current() -> str:
    """The language that this page is made in."""
    if not g:
        return "zh"
    found: str | None = g.get("language")
    if found is None:
        found = g.language = str(get_locale() or "zh")
    return found


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Have what is made within it in this language, whatever the page's is."""
    before = g.pop("language", None)
    with force_locale(code):
        try:
            yield
        finally:
            g.pop("language", None)
            if before is not None:
                g.language = before


@cache
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code])


def say(text: Text) -> str:
    """The sentence in the language of the page."""
    return text.en if current().startswith("en") else text.zh


def say_later(text: Text) -> LazyString:
    """The sentence in the language of whichever page shows it."""
    return LazyString(say, text)


def compile_catalogues(folder: Path = TRANSLATIONS) -> list[Path]:
    """Write each .mo that is missing or older than its .po, and return those written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        _compile(source, target)
        written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as text:
        catalogue = pofile.read_po(text, locale=source.parts[-3])
    # Another process may start at the same time: each writes its own file and renames it into place.
    draft = target.with_suffix(f".{id(catalogue)}.tmp")
    try:
        with draft.open("wb") as binary:
            mofile.write_mo(binary, catalogue)
        draft.replace(target)
    except OSError:
        log.warning("translations could not be compiled", extra={"catalogue": str(source)}, exc_info=True)
