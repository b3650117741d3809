"""What an operator reads on the screen says in both languages what is wrong and what to do."""

import ast
import logging
import re
from string import Formatter

import pytest

from services.running.screen_words import WORDS
from shared.process import logs
from tests.support.sources import modules, tree_of

LEVELS = {"warning", "error", "exception", "critical"}
ENDINGS = {"HomeError", "PostgresError", "PasswordError"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def warnings():
    """Each log line of the product that a screen shows: (message, its fields where they are written down there)."""
    found = []
    for path in modules("services", "shared"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and named(node.func.value) == "log":
                is_by_level = node.func.attr == "log"
                if node.func.attr in LEVELS or is_by_level:
                    found.append((ast.literal_eval(node.args[is_by_level]), fields_of(node)))
    return found


def named(node):
    return node.id if isinstance(node, ast.Name) else None


def fields_of(call):
    (extra,) = [one.value for one in call.keywords if one.arg == "extra"] or [ast.Dict([], [])]
    if not isinstance(extra, ast.Dict) or None in extra.keys:
        return None
    return {key.value for key in extra.keys}


def places_of(text):
    return {name for _said, name, _format, _conversion in Formatter().parse(text) if name}


def test_every_warning_of_the_product_has_words_and_no_words_are_left_over():
    assert {message for message, _fields in warnings()} == set(WORDS)


@pytest.mark.parametrize("message", sorted(WORDS))
def test_words_are_chinese_and_english_with_only_fields_that_are_there(message):
    said = WORDS[message]

    assert CHINESE.search(said.zh)
    assert not CHINESE.search(said.en)
    fields = [fields for one, fields in warnings() if one == message and fields is not None]
    assert all(places_of(text) <= known for text in (said.zh, said.en) for known in fields)


def test_the_screen_shows_the_words_with_their_fields_and_what_has_none_as_it_is(capsys):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.configure_screen(WORDS)
        log = logging.getLogger("services.running.supervisor")
        log.warning("process ended", extra={"child": "stats", "code": 1, "pause": 0.5})
        log.warning("of another library")
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    ended, other = capsys.readouterr().err.splitlines()
    assert "进程 stats 退出了（代码 1），0.5 秒后自动重新启动。" in ended
    assert "The process stats has ended (code 1) and is started again in 0.5 s." in ended
    assert "of another library" in other


def texts_in(tree, node):
    """The texts of an argument, of a name the text that it stands for in the module."""
    if isinstance(node, ast.Name):
        (node,) = [one.value for one in tree.body if isinstance(one, ast.Assign) and named(one.targets[0]) == node.id]
    return "".join(one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_what_ends_a_command_is_said_in_chinese_first_and_then_in_english():
    endings = [
        (path.name, texts_in(tree_of(path), node.args[0]))
        for path in modules("services/running")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and named(node.func) in ENDINGS
    ]

    assert len(endings) > 15
    for name, said in endings:
        chinese, newline, english = said.partition("\n")
        assert newline, name
        assert CHINESE.search(chinese), name
        assert CHINESE.sub("", english).strip(), name
