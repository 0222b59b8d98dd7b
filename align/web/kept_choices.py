"""The termbases and memories that were chosen on the page, kept in the folder for the next time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from align.atomic import replacing
from align.errors import AlignError, FormatError, InputError
from align.outside import json_in, json_out

KEPT = "chosen-sources.json"  # in the opened folder: {"chosen": [names relative to it]}


def keep(folder: Path, chosen: Sequence[Path]) -> None:
    """Write down what was chosen; raises InputError where the folder cannot be written."""
    names = [path.relative_to(folder).as_posix() for path in chosen]
    place = folder / KEPT
    try:
        with replacing(place) as file:
            file.write((json_out({"chosen": names}) + "\n").encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise InputError(f"{place}: the choice cannot be kept ({error.strerror})") from error


def kept(folder: Path) -> list[str]:
    """The names that were chosen last; none where nothing was.

    Raises FormatError for a file that says something else.
    """
    place = folder / KEPT
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{place}: cannot be read ({error.strerror})") from error
    try:
        names = json_in(data, "its JSON")["chosen"]
    except (AlignError, KeyError, TypeError) as error:
        raise FormatError(f"{place}: does not say what was chosen; delete it") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FormatError(f"{place}: does not say what was chosen; delete it")
    return names
