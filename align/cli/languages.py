"""Language tags on the command line: an unknown one is refused before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer


def checked_tag(value: str | None) -> str | None:
    """A tag as it was typed where that is BCP 47 (files carry it so), else as BCP 47 writes it.

    Raises InputError, naming it, where it is none or no registry knows its language.
    """
    from align.language.tags import is_well_formed, known_tag

    if value is None:
        return None
    tag = known_tag(value)
    return value if is_well_formed(value) else tag


def read_tag(value: str | None) -> str | None:
    """`checked_tag`, of Chinese or English: the language of a text that a command reads.

    Raises InputError for another language: its words, numbers and sentences are not known here.
    """
    from align.language.tags import readable_tag

    if value is not None:
        readable_tag(value)
    return checked_tag(value)


SOURCE = typer.Option(
    None, "--src-lang", callback=read_tag, help="Language of the source text (zh-CN, en-US …)."
)
TARGET = typer.Option(
    None, "--tgt-lang", callback=read_tag, help="Language of the translation (en-US, zh-TW …)."
)
# Of files of units, which may hold more than the two: one language of a TMX is picked out so.
UNITS_SOURCE = typer.Option(
    None, "--src-lang", callback=checked_tag, help="Language of the units' source (zh-CN …)."
)
UNITS_TARGET = typer.Option(
    None, "--tgt-lang", callback=checked_tag, help="Language of the units' target (en-US …)."
)


def of_texts(about: str) -> Any:
    """The option --lang of a command that reads texts; `about` says whose language it is."""
    return typer.Option(None, "--lang", callback=read_tag, help=about)


def of_messages(about: str, *names: str) -> Any:
    """The option for the language in which a command speaks, as `names` call it: zh, en or None."""
    return typer.Option(None, *names, callback=_spoken, help=about)


def _spoken(context: typer.Context, param: typer.CallbackParam, given: str | None) -> str | None:
    """`zh` or `en`: what was typed in any spelling, else the configuration's. Raises InputError."""
    from align.cli.memories import setting
    from align.errors import InputError
    from align.language.tags import primary

    wanted = setting("languages.messages")(context, param, given)
    if wanted is None:
        return None
    found = primary(wanted)
    if found not in ("zh", "en"):
        raise InputError(f"{wanted}: messages and reports are written in en or zh")
    return found


def made(key: str) -> Callable[[typer.Context, typer.CallbackParam, str | None], str | None]:
    """A callback for the language of what is made: the option's, else that of the configuration.

    Raises InputError for a language that is not read here.
    """

    def value(context: typer.Context, param: typer.CallbackParam, given: str | None) -> str | None:
        from align.cli.memories import setting

        return read_tag(setting(key)(context, param, given))

    return value


def configured() -> tuple[str, ...]:
    """The configuration's languages, for documents that say themselves which is which."""
    from align.cli.configuration import configuration

    keys = ("languages.source", "languages.target")
    found = (configuration().values.get(key) for key in keys)
    return tuple(tag for tag in map(checked_tag, found) if tag)


# Of commands that read documents or write units: the configuration says it once for all. A file of
# units says itself what it holds.
MADE_SOURCE = typer.Option(
    None,
    "--src-lang",
    callback=made("languages.source"),
    help="Source language (zh-CN, zh-TW …); else the configuration's.",
)
MADE_TARGET = typer.Option(
    None,
    "--tgt-lang",
    callback=made("languages.target"),
    help="Target language (en-US, en-GB …); else the configuration's.",
)
