"""What pages say in English is said as an English reader would: turns of phrase that made readers stop stay away."""

import ast
import re

import pytest
from babel.messages import pofile

from services.portal import language
from tests.support.sources import modules, tree_of

CATALOGUE = language.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
STUMBLED_OVER = re.compile(
    r"""
    \bas\ what\ was\b | \bof\ (now|before)\b(?=[.,:;]|$) | \bheld\ against\b | \b[Mm]end(ed)?\b | \banew\b
    | \bno\ day\ counts\b | (^|\.\ )Such\ as\b | \bis\ ended\b | \b(listed|urged)\ no\ more\b
    | \blest\b | \bis\ said\ of\b | \bIt\ is\ looked\b
    """,
    re.VERBOSE,
)
# What operators read on a screen is as wide as the log; pages are of these.
FOLDERS = ("services/portal", "services/stats", "services/tasks", "services/notifications", "shared")


def of_the_catalogue():
    with CATALOGUE.open("rb") as file:
        for message in pofile.read_po(file, locale="en"):
            if message.id:
                yield from message.string if isinstance(message.string, tuple) else (message.string,)


def of_the_services():
    """The English half of each sentence that stands in the code, values within it left out."""
    for path in modules(*FOLDERS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) == 2:
                texts = (one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant))
                yield "".join(text for text in texts if isinstance(text, str))


@pytest.mark.parametrize("said", [of_the_catalogue, of_the_services], ids=["catalogue", "services"])
def test_no_reader_stumbles(said):
    sentences = list(said())

    assert len(sentences) > 300
    assert [sentence for sentence in sentences if STUMBLED_OVER.search(sentence)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "about 7,873, if what comes is as what was; new policies are not in it.",
        "Below are the figures of now.",
        "Please mend this first",
        "Such as 2026-04 or 2026-Q1.",
        "This checklist is ended.",
    ],
)
def test_what_readers_stopped_at_would_be_found(sentence):
    assert STUMBLED_OVER.search(sentence)
