"""The configuration: `align.toml` in the folder, and the user's own; options override both.

A folder may come from anybody. What its align.toml says therefore reaches nothing outside the
folder: files that it names lie in the folder itself, links followed; addresses of databases, models
and limits that protect the machine are taken from the user's own configuration only. It may choose
memories and termbases of the user's own configuration by their names.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from align.errors import InputError
from align.outside import is_text

NAME = "align.toml"
VARIABLE = "ALIGN_CONFIG"  # a file that takes the place of all others; "none" for none
_LARGEST = 1 << 16  # bytes: what is larger is no configuration


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands: a file and the line in it (1-based)."""

    file: Path
    line: int
    own: bool  # the user's own configuration, which is trusted

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Named:
    """A memory or a termbase of the configuration; the penalty and conditions are a memory's."""

    place: str  # a file, or the address of a memory
    name: str
    priority: int = 1_000_000  # 1 comes first; those without one come last, as they are listed
    penalty: float = 0.0
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """The values in force by their keys ("languages.source"), each with where it is from."""

    values: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    known: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)  # of the user's own

    @property
    def memories(self) -> tuple[Named, ...]:
        """The memories to ask, the most trusted first."""
        return tuple(sorted(self.values.get("memories", ()), key=lambda each: each.priority))

    @property
    def termbases(self) -> tuple[Named, ...]:
        """The termbases to ask."""
        return tuple(self.values.get("termbases", ()))

    def named(self, key: str, name: str) -> Named | None:
        """The memory or termbase of this name, in force or of the user's own configuration."""
        both = (*self.values.get(key, ()), *self.known.get(key, ()))
        return next((each for each in both if each.name == name), None)


# --- the keys ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what its value must be, in words and as a function that raises ValueError."""

    wanted: str
    read: Callable[[Any], Any]
    help: str
    own: bool = False  # only in the user's own configuration


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not is_text(value):
        raise ValueError
    return value


def _tag(value: Any) -> str:
    from align.cli.languages import read_tag

    try:
        tag = read_tag(_text(value))
    except InputError as error:
        raise ValueError from error
    assert tag is not None
    return tag


def _messages(value: Any) -> str:
    if value not in ("en", "zh"):
        raise ValueError
    return str(value)


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return read


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError
    return float(value)


def _entries(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The entries of `memories` or `termbases` as tables; a string is a place."""
    listed = value if isinstance(value, list) else [value]
    return tuple({"path": each} if isinstance(each, str) else dict(each) for each in listed)


_PLACES = "a list of files or names, or [[{}]] tables with path"
KEYS: dict[str, Key] = {
    "termbases": Key(_PLACES.format("termbases"), _entries, "Termbases: files, or names of yours."),
    "memories": Key(_PLACES.format("memories"), _entries, "Memories, the most trusted first."),
    "author": Key("a text", _text, "Who makes the units (creationid of a TMX)."),
    "model": Key("a text", _text, "Encoder, by name or folder.", own=True),
    "languages.source": Key(
        "a language tag of Chinese or English (zh-CN, en-GB …)", _tag, "Of documents and TMX."
    ),
    "languages.target": Key(
        "a language tag of Chinese or English (en-GB, zh-CN …)", _tag, "Of documents and TMX."
    ),
    "languages.messages": Key('"en" or "zh"', _messages, "Of findings and reports."),
    "limits.matches": Key(
        "a whole number of at least 1", _whole(1, 10_000), "Answers that are shown."
    ),
    "limits.examples": Key("a whole number", _whole(0, 10_000), "Examples of each rendering."),
    "limits.minimum": Key(
        "a match rate, a whole number from 0 to 100", _whole(0, 100), "Lowest match rate shown."
    ),
    "limits.timeout": Key(
        "a number of seconds", _number, "For one document of align batch.", own=True
    ),
    "limits.megabytes": Key(
        "a number of megabytes", _number, "Of the largest document of align batch.", own=True
    ),
}
_FIELDS = {
    "termbases": ("path", "name"),
    "memories": ("path", "name", "priority", "penalty", "include", "exclude"),
}
_TABLES = ("languages", "limits")


# --- finding -------------------------------------------------------------------------------------


def own_path() -> Path:
    """The user's own configuration, whether it is there or not."""
    import platformdirs

    return Path(platformdirs.user_config_dir("align", appauthor=False)) / NAME


def folder_path(start: Path | None = None) -> Path | None:
    """The align.toml that holds for a folder: its own, or the next one above it.

    Parents are looked through up to the root of a repository or the home folder, both included;
    where neither is above, nobody vouches for what lies there, and only the folder counts.
    """
    here = (start or Path.cwd()).resolve()
    home = Path.home().resolve()
    above = [here, *here.parents]
    root = next(
        (at for at, each in enumerate(above) if each == home or (each / ".git").exists()), 0
    )
    for each in above[: root + 1]:
        if os.path.lexists(each / NAME):
            return each / NAME
    return None


def paths() -> tuple[Path | None, Path | None]:
    """The user's own configuration and the folder's, as far as they are in force."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return (None, None) if given in ("", "none") else (Path(given), None)
    own, here = own_path(), folder_path()
    if here is not None and here.resolve() == own.resolve():
        here = None
    return (own if own.exists() else None), here


def configuration() -> Configuration:
    """The configuration in force where the command was given.

    Raises InputError, of one line with file and line, for what cannot be read.
    """
    own, here = paths()
    if own is None and here is None:
        return Configuration()
    mine = read(own, own=True) if own is not None else Configuration()
    if here is None:
        return mine
    known = {key: mine.values.get(key, ()) for key in _FIELDS}
    theirs = read(here, own=False, known=known)
    return Configuration(
        {**mine.values, **theirs.values}, {**mine.sources, **theirs.sources}, known
    )


# --- reading -------------------------------------------------------------------------------------


def read(
    path: Path, *, own: bool, known: Mapping[str, Sequence[Named]] | None = None
) -> Configuration:
    """The values of one file. `known` are memories and termbases that it may name."""
    text = content(path)
    return checked(text, path, own=own, known=known)


def content(path: Path) -> str:
    """The text of a configuration file. Raises InputError for what is none."""
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError(f"{path}: not a plain file; a configuration is one")
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > _LARGEST:
        raise InputError(f"{path}: larger than {_LARGEST:,} bytes; that is no configuration")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from error


def checked(
    text: str, path: Path, *, own: bool, known: Mapping[str, Sequence[Named]] | None = None
) -> Configuration:
    """The values of a configuration's text, every key and type looked at."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_no_toml(text, path, str(error))) from error
    except RecursionError as error:
        raise InputError(f"{path}: nested too deeply to be a configuration") from error
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}

    def where(*steps: str | int) -> Source:
        return Source(path, _line(text, steps), own)

    for name, value in _flat(data, where):
        key = KEYS[name]
        source = where(*name.split("."))
        if key.own and not own:
            raise InputError(
                f"{source}: {name} is taken from your own configuration only, not from a folder's; "
                f"`align config set {name} …` puts it there"
            )
        try:
            read_value = key.read(value)
        except (ValueError, TypeError) as error:
            raise InputError(f"{source}: {name}: {key.wanted} is wanted") from error
        if name in _FIELDS:
            single = not isinstance(value, list)
            read_value = tuple(
                _named(name, each, where(name, *([] if single else [at])), (known or {}).get(name))
                for at, each in enumerate(read_value)
            )
        values[name], sources[name] = read_value, source
    return Configuration(values, sources)


def _flat(data: Mapping[str, Any], where: Callable[..., Source]) -> list[tuple[str, Any]]:
    """Keys with their values, those of tables as "table.key". Raises InputError for others."""
    found: list[tuple[str, Any]] = []
    for name, value in data.items():
        if name in _TABLES:
            if not isinstance(value, dict):
                raise InputError(f"{where(name)}: {name} is a table: write [{name}]")
            for inner, each in value.items():
                full = f"{name}.{inner}"
                if full not in KEYS:
                    raise _unknown(inner, where(name, inner), f" of [{name}]", name)
                found.append((full, each))
        elif name in KEYS and "." not in name:
            found.append((name, value))
        else:
            raise _unknown(name, where(name), "", "")
    return found


def _unknown(name: str, source: Source, of: str, table: str) -> InputError:
    prefix = f"{table}." if table else ""
    inside = [key.removeprefix(prefix) for key in KEYS if key.startswith(prefix)]
    return InputError(f"{source}: {name!r} is no key{of}{meant(name, inside)}")


def meant(name: str, known: Sequence[str]) -> str:
    """The key that was meant by `name`, or all that there are, as the end of a message."""
    import difflib

    short = {key.rpartition(".")[2]: key for key in known}
    close = difflib.get_close_matches(name.lower(), short, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {short[close[0]]}?"
    return f"; there are {', '.join(known)}"


def _no_toml(text: str, path: Path, said: str) -> str:
    place = re.search(r"\(at line (\d+), column \d+\)$", said)
    line = int(place[1]) if place else text.count("\n") + 1
    what = said[: place.start()].strip() if place else said.removesuffix(" (at end of document)")
    hint = ""
    row = text.split("\n")[line - 1 : line]
    if row and "\\" in row[0]:
        hint = "; write a path with / or between single quotes"
    return f"{path}:{line}: not TOML: {what[:1].lower()}{what[1:]}{hint}"


def _named(
    key: str, given: Mapping[str, Any], source: Source, known: Sequence[Named] | None
) -> Named:
    """One memory or termbase; a name of the user's own stands for what it names there."""
    for name in given:
        if name not in _FIELDS[key]:
            raise InputError(f"{source}: {name!r} is no key of {key}{meant(name, _FIELDS[key])}")
    place = given.get("path", given.get("name"))
    if not isinstance(place, str) or not place.strip() or not is_text(place):
        raise InputError(f"{source}: {key}: a path is wanted, in quotation marks")
    there = next((each for each in known or () if each.name == place), None)
    found = there or Named(*_placed(key, place, source))
    try:
        name = _text(given.get("name", found.name))
        priority = _whole(1, 1_000_000)(given.get("priority", found.priority))
        penalty = _share(given.get("penalty", found.penalty))
    except ValueError as error:
        raise InputError(
            f"{source}: {key}: name is a text, priority a whole number from 1, penalty a number "
            "from 0 to 1"
        ) from error
    include, exclude = (
        _conditions(given.get(which, getattr(found, which)), which, source)
        for which in ("include", "exclude")
    )
    return Named(found.place, name, priority, penalty, include, exclude)


def _share(value: Any) -> float:
    if _number(value) > 1:
        raise ValueError
    return float(value)


def _conditions(value: Any, name: str, source: Source) -> tuple[str, ...]:
    from align.memory.several import Only

    listed = value if isinstance(value, list | tuple) else [value]
    texts = tuple(str(each) if isinstance(each, int) else each for each in listed)
    try:
        Only(tuple(_text(text) for text in texts))
    except ValueError as error:
        raise InputError(f"{source}: {name}: a list of texts is wanted") from error
    except InputError as error:
        raise InputError(f"{source}: {name}: {error}") from error
    return texts


def _placed(key: str, place: str, source: Source) -> tuple[str, str]:
    """Where a file of the configuration is, and its name; see the rule of this module."""
    from align.memory.postgres.address import Address, is_address

    if "://" in place:
        if not source.own:
            raise InputError(
                f"{source}: addresses are taken from your own configuration only, not from a "
                f"folder's; put {place.partition('://')[0]}://… there, or give it with an option"
            )
        if key == "termbases" or not is_address(place):
            raise InputError(f"{source}: {place}: not a file, and no address of a memory")
        return place, Address.parse(place).memory
    folder = source.file.parent.resolve()
    if source.own:
        path = folder / Path(place).expanduser()
        return str(path), path.stem
    path = folder / place
    if not Path(os.path.realpath(path)).is_relative_to(folder):
        raise InputError(
            f"{source}: {place}: lies outside the folder of this configuration, which reaches "
            "nothing else; name it in your own (`align config set "
            f"{key} …`) or with an option"
        )
    return str(path), path.stem


# --- lines ---------------------------------------------------------------------------------------


def _line(text: str, steps: Sequence[str | int]) -> int:
    """The line where a value begins (the readers of TOML do not tell).

    It is the first line behind the longest beginning of the file that is TOML without the value.
    """
    lines = text.split("\n")
    before = 0  # lines of the longest beginning that is whole and does not hold the value
    for count in range(1, len(lines) + 1):
        try:
            data = tomllib.loads("\n".join(lines[:count]))
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        if _holds(data, steps):
            break
        before = count
    while before < len(lines) and lines[before].strip()[:1] in ("", "#"):
        before += 1
    return min(before + 1, len(lines))


def _holds(data: Any, steps: Sequence[str | int]) -> bool:
    for step in steps:
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if not inside:
            return False
        data = data[step]
    return True
