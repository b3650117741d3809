"""Each command explains itself in both languages, Chinese first, with an example that can be typed."""

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from services.cli import SECTIONS, main

HAN = re.compile("[\u4e00-\u9fff]")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands(main))


def help_of(path: tuple[str, ...]) -> str:
    found = CliRunner().invoke(main, [*path, "--help"], prog_name="qingdan")
    assert found.exit_code == 0
    return found.output


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_chinese_comes_first_and_english_after(path):
    chinese, english, *_more = (ALL[path].help or "").split("\n\n")

    assert HAN.search(chinese)
    assert not HAN.search(english)
    assert help_of(path).index(chinese.split()[0]) < help_of(path).index(english.split()[0])


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_what_the_chinese_says_of_ends_and_stops_the_english_beside_it_says_too(path):
    """Each paragraph beside its own: the list of commands shows no more than the first two."""
    chinese, english, *_more = (ALL[path].help or "").split("\n\n")

    for sign, word in {"以 1 结束": "with 1", "数据目录要先停止": "data folder"}.items():
        assert (sign in chinese) <= (word in " ".join(english.split())), (sign, english)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_is_explained_in_both_languages(path):
    options = [one for one in ALL[path].params if isinstance(one, click.Option)]

    for option in options:
        chinese, _, english = (option.help or "").partition(" / ")
        assert HAN.search(chinese), option.name
        assert english, option.name
        assert not HAN.search(english), option.name
    assert "显示这份说明 / show this help" in help_of(path)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_the_example_is_a_command_that_can_be_typed(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notice.docx").write_bytes(b"")
    words = (ALL[path].epilog or "").split()

    assert words[0] == "qingdan"
    assert f"  {ALL[path].epilog}" in help_of(path)
    named = tuple(words[1 : 1 + len(path)])
    assert named == path
    typed = words[1 + len(path) :]
    if not isinstance(ALL[path], click.Group):
        ALL[path].make_context("qingdan", list(typed))


def test_what_is_used_daily_stands_on_top_and_nothing_is_left_out():
    named = [name for _, names in SECTIONS for name in names]
    shown = help_of(())

    assert sorted(named) == sorted(main.commands)
    assert [name for name in named if f"\n  {name} " in shown] == named
    assert sorted(named, key=lambda name: shown.index(f"\n  {name} ")) == named
    assert "日常 / Daily" in shown
