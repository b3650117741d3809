"""How the commands explain themselves: Chinese first, English after, an example each, and what is used daily on top.

A command's docstring has a paragraph in each language; its `epilog` is the example.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

HELP = "显示这份说明 / show this help"


class BilingualCommand(click.Command):
    """A command with its headings in both languages."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法 / Usage: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        records = [record for one in options if (record := one.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项 / Options"):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as click calls it
        if self.epilog:
            with formatter.section("例 / Example"):
                formatter.write(f"{'':{formatter.current_indent}}{self.epilog}\n")

    @property
    def lines(self) -> list[str]:
        """What it does, in a line of Chinese and a line of English, for the list of commands."""
        paragraphs = (self.help or "").split("\n\n")
        return [" ".join(paragraph.split()) for paragraph in paragraphs[:2]]


class BilingualGroup(BilingualCommand, click.Group):
    """A command with commands below it. `sections` orders them: (heading, names)."""

    command_class = BilingualCommand
    group_class = type

    def __init__(self, *args: Any, sections: Sequence[tuple[str, Sequence[str]]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        BilingualCommand.format_options(self, ctx, formatter)
        for heading, names in self.sections or [("命令 / Commands", self.list_commands(ctx))]:
            with formatter.section(heading):
                for name in names:
                    self._write_command(self.commands[name], name, formatter)

    @staticmethod
    def _write_command(command: click.Command, name: str, formatter: click.HelpFormatter) -> None:
        lines = command.lines if isinstance(command, BilingualCommand) else [command.get_short_help_str()]
        rows = [(name if not number else "", line) for number, line in enumerate(lines)]
        for label, line in rows:
            formatter.write(f"{'':{formatter.current_indent}}{label:<18}{line}\n")
