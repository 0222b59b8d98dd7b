"""Language tags on the command line: an unknown one is refused before anything is read."""

from __future__ import annotations

from collections.abc import Callable

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


SOURCE = typer.Option(
    None, "--src-lang", callback=checked_tag, help="Source language (zh-CN, zh-TW …)."
)
TARGET = typer.Option(
    None, "--tgt-lang", callback=checked_tag, help="Target language (en-US, en-GB …)."
)


def made(key: str) -> Callable[[typer.Context, typer.CallbackParam, str | None], str | None]:
    """A callback for the language of what is made: the option's, else that of the configuration."""

    def value(context: typer.Context, param: typer.CallbackParam, given: str | None) -> str | None:
        from align.cli.memories import setting

        return checked_tag(setting(key)(context, param, given))

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
