"""Language tags on the command line: an unknown one is refused before anything is read."""

from __future__ import annotations

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
