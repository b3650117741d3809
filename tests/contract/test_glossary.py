"""docs/glossary.md has every word: of each enum, of the pages with their English, each state that a table may hold."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from babel.messages import pofile

from services.portal import language, words
from services.tasks import vocabulary
from services.tasks.drafting.questions import ANSWER_WORDS
from services.tasks.duties.answers import STATE_WORDS
from shared import light
from shared.errors import BY_CODE
from shared.text import Text
from tests.support.markdown import ROOT, Table, page, tables
from tests.support.sources import modules, text_of, tree_of

PAGE = page(ROOT / "docs" / "glossary.md")
CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[A-Za-z]{2,}")

CATALOGUE = language.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"

# Words of a page that are no words for codes.
NO_CODES = {
    *("SHAPES", "QUESTION_ANSWERS", "LIGHT_MEANINGS", "TIMING_SHAPES", "TIMING_LIGHTS"),
    *("TARGET_SHAPES", "TARGET_LIGHTS", "BULLETIN_SHAPES"),
}
# Constants whose members are words, beside those of the pages.
TEXTS: dict[str, Mapping[Any, Text]] = {
    "Light": light.WORDS,
    "STATE_WORDS": STATE_WORDS,
    "ANSWER_WORDS": ANSWER_WORDS,
}


def sections() -> dict[str, str]:
    return PAGE.sections()


def all_tables() -> list[Table]:
    return [table for text in sections().values() for table in tables(text) if table.header[0] == "code"]


def codes_of(section: str) -> dict[str, tuple[str, str]]:
    """Chinese and English by code, of the rows that give one in backticks."""
    return {
        code: (row[1], row[2])
        for table in tables(section)
        for row in table.rows
        for code in re.findall(r"`([^`]+)`", row[0])
    }


def enums() -> Iterator[tuple[str, str]]:
    """Path and name of every enum whose members are words."""
    for path in modules("services", "shared"):
        # Every worker comes by here to learn which tests there are: what cannot have one is not parsed.
        for node in tree_of(path).body if "(StrEnum)" in text_of(path) else ():
            if isinstance(node, ast.ClassDef) and "StrEnum" in {ast.unparse(base) for base in node.bases}:
                yield path.relative_to(ROOT).as_posix(), node.name


@pytest.mark.parametrize(("path", "name"), list(enums()))
def test_every_member_of_an_enum_is_a_word_of_its_section(path: str, name: str):
    found = [text for text in sections().values() if re.search(rf"`{name}`\s+in\s+`{re.escape(path)}`", text)]
    members = set(getattr(import_module(Path(path).with_suffix("").as_posix().replace("/", ".")), name))

    assert found, f"no section says `{name}` in `{path}`"
    assert {member.value for member in members} <= set(codes_of(found[0]))


@cache
def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        catalogue = pofile.read_po(file, locale="en")
    return {entry.id: entry.string for entry in catalogue if isinstance(entry.id, str)}


def spoken(word: Any) -> str:
    """The English of a page's word: that of the text it was made of, or the catalogue's."""
    texts = [part for part in getattr(word, "_args", ()) if isinstance(part, Text)]
    return texts[0].en if texts else english().get(str(word), str(word))


def page_words() -> dict[str, dict[str, Any]]:
    found = {name: value for name, value in vars(words).items() if name.isupper() and isinstance(value, dict)}
    found.pop("WORDS", None)  # of the lights, imported to make LIGHTS
    return {name: value for name, value in found.items() if name not in NO_CODES}


@pytest.mark.parametrize("name", page_words())
def test_every_word_of_a_page_stands_there_in_both_languages(name: str):
    section = next((text for text in sections().values() if f"`{name}`" in text), "")
    rows = codes_of(section)

    for code, word in page_words()[name].items():
        chinese, word_in_english = str(word), spoken(word)
        shown = rows[str(code)]
        assert chinese in shown[0]
        # What stands in brackets explains the word on the page; here the meaning does.
        assert word_in_english.partition(" (")[0] in shown[1]


@pytest.mark.parametrize("name", TEXTS)
def test_every_word_of_a_service_stands_there_in_both_languages(name: str):
    section = next(text for text in sections().values() if f"`{name}`" in text)

    for code, text in TEXTS[name].items():
        assert text.zh in codes_of(section)[str(code)][0]
        assert text.en in codes_of(section)[str(code)][1]


def test_the_meanings_of_the_lights_are_those_of_the_page():
    rows = {row[0]: row[3] for table in tables(sections()["lights"]) for row in table.rows}

    for code, meaning in words.LIGHT_MEANINGS.items():
        assert rows[f"`{code}`"] == f"{meaning} {english()[str(meaning)]}"


def test_the_values_of_the_vocabulary_and_the_errors_are_words():
    assert set(vocabulary.KINDS) == set(codes_of(sections()["kinds-of-units"]))
    assert set(vocabulary.REVIEW_RULES) == set(codes_of(sections()["review-rules"]))
    assert set(vocabulary.RECURRENCES) == set(codes_of(sections()["recurrences"]))
    assert set(BY_CODE) == set(codes_of(sections()["errors"]))


def test_every_value_that_a_table_allows_is_a_word():
    """What stands in a CHECK of a migration: states, roles, kinds, stages."""
    allowed = set()
    for path in [*ROOT.glob("services/*/migrations/*.sql"), *ROOT.glob("shared/migrations/*.sql")]:
        for values in re.findall(r"CHECK \(\w+ IN \(([^)]+)\)\)", path.read_text("utf-8")):
            allowed |= set(re.findall(r"'(\w+)'", values))

    assert allowed
    assert allowed - set(re.findall(r"`(\w+)`", PAGE.text)) == set()


def test_every_term_has_both_languages_and_a_meaning():
    lacking = [
        row[0]
        for table in all_tables()
        for row in table.rows
        if not (CHINESE.search(row[1]) and ENGLISH.search(row[2]) and row[3])
    ]

    assert all_tables()
    assert lacking == []


def test_no_table_explains_a_word_twice():
    for table in all_tables():
        terms = [row[0] for row in table.rows]
        assert len(terms) == len(set(terms))
