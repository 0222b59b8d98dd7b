"""How command lines are parsed: an option of one value is given once, or the command is refused.

Click takes the last of several in silence, so that `-o a.tmx -o b.xlsx` would write one file only.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from align.cli.output import discard
from align.outside import LARGEST

# What stands for the value of an option in its help, by the option's name, else by its type.
_VALUES = {
    "--lang": "LANGUAGE", "--src-lang": "LANGUAGE", "--tgt-lang": "LANGUAGE", "--ui": "en|zh",
    "--model": "MODEL", "--device": "DEVICE", "--memory": "MEMORY", "--engine": "local|ray",
    "--output": "FILE", "--jsonl": "FILE", "--tsv": "FILE", "--beads": "FILE", "--since": "DAY",
    "--until": "DAY", "--encoding": "ENCODING", "--author": "NAME", "--origin": "NAME",
    "--admin": "NAME", "--host": "ADDRESS", "--ray-address": "ADDRESS", "--term": "TERM",
    "--embedded": "FOLDER", "--uploads": "FOLDER", "--documents": "FOLDER",
}  # fmt: skip
_TYPES = {"path": "FILE", "int": "N", "float": "NUMBER"}


class _Once(TyperCommand):
    """A command that refuses a second value of an option that takes one."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for option in self.params:
            if option.param_type_name == "option" and option.metavar is None:
                option.metavar = _value_of(option)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words of the usage line; what must be given stands there by its name alone."""
        return [re.sub("[{}]", "", piece) for piece in super().collect_usage_pieces(ctx)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_twice(self, ctx, args)
        rest = super().parse_args(ctx, args)
        _refuse_endless(self, ctx)
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; it ends well where nobody reads on: click would end it with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            discard()
            return None


class OnceGroup(TyperGroup):
    """A command with others below it, whose own options are held to the same."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_twice(self, ctx, args)
        return super().parse_args(ctx, args)


class Commands(typer.Typer):
    """A set of commands, each of which takes an option of one value once."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As `typer.Typer.command`; the command's class is ours unless `cls` is given."""
        return super().command(name, **{"cls": _Once, **options})


def _value_of(option: Any) -> str | None:
    """How an option's value is called in the help: FILE, N, en|zh."""
    if option.is_flag:
        return None
    if (choices := getattr(option.type, "choices", None)) is not None:
        return "|".join(getattr(choice, "value", choice) for choice in choices)
    named = next((_VALUES[name] for name in option.opts if name in _VALUES), None)
    return named or _TYPES.get(option.type.name.split()[0], "TEXT")


def _refuse_endless(command: Any, ctx: Any) -> None:
    """Raise BadParameter for an option that is nan or infinite, or more than 64 bits hold.

    No range of click's keeps nan out, and neither SQLite nor an array takes such a whole number.
    """
    for param in command.params:
        given = ctx.params.get(param.name)
        for value in given if isinstance(given, list | tuple) else (given,):
            if isinstance(value, float) and not math.isfinite(value):
                raise typer.BadParameter(f"{value} is not a valid float.", ctx=ctx, param=param)
            if isinstance(value, int) and abs(value) > LARGEST:
                raise typer.BadParameter("the number is too large", ctx=ctx, param=param)


def _refuse_twice(command: Any, ctx: Any, args: list[str]) -> None:
    """Raise BadParameter for the first option of one value that `args` have more than once.

    A switch (--json, --names/--no-names) may come again: scripts append to turn one round.
    """
    _, _, order = command.make_parser(ctx).parse_args(args=list(args))
    for param, times in Counter(order).items():
        is_single = param.param_type_name == "option" and not (param.multiple or param.is_flag)
        if times > 1 and is_single:
            raise typer.BadParameter(
                f"given {times} times, and one value is taken; give it once", ctx=ctx, param=param
            )
