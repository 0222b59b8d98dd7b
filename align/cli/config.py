"""`align config`: what is configured and where, and changing it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from align.cli.output import tell
from align.cli.parsing import Commands
from align.outside import json_out

if TYPE_CHECKING:
    from align.cli.configuration import Configuration, Named

app = Commands(
    name="config",
    help="Show and change the configuration: termbases, memories, languages, author, limits.",
)
_HERE = typer.Option(False, "--here", help="align.toml of the current folder, not your own.")
_KEY = typer.Argument(metavar="KEY", help="A key, such as memories or languages.target.")


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="A JSON line a value instead of text."),
) -> None:
    """Show and change the configuration: termbases, memories, languages, author, limits.

    Without a command: the values in force, each with the file and line that it is from. Options of
    a command override the align.toml of the folder, and that overrides your own.
    """
    if context.invoked_subcommand is not None:
        return
    from align.cli.configuration import KEYS, configuration, paths

    found = configuration()
    for key in KEYS:
        if key not in found.values:
            continue
        source = str(found.sources[key])
        if as_json:
            typer.echo(json_out({"key": key, "value": _plain(key, found), "from": source}))
        else:
            typer.echo(f"{key} = {_said(key, found)}  ({source})")
    if not found.values and not as_json:
        own, here = paths()
        if own is None and here is None:
            tell("nothing is configured; begin with: align config set memories FILE")
        else:
            read = " and ".join(str(path) for path in (own, here) if path)
            tell(f"nothing is configured in {read}")
        tell(f"keys: {', '.join(KEYS)}")


def _entries(key: str, found: Configuration) -> tuple[Named, ...]:
    return found.memories if key == "memories" else found.termbases


def _plain(key: str, found: Configuration) -> Any:
    if key not in ("memories", "termbases"):
        return found.values[key]
    return [
        {
            "path": _place(each),
            "name": each.name,
            **({"penalty": each.penalty} if each.penalty else {}),
            **({"include": list(each.include)} if each.include else {}),
            **({"exclude": list(each.exclude)} if each.exclude else {}),
        }
        for each in _entries(key, found)
    ]


def _place(each: Named) -> str:
    """A file, or an address without its password."""
    from align.memory.postgres.address import Address

    return str(Address.parse(each.place)) if "://" in each.place else each.place


def _said(key: str, found: Configuration) -> str:
    if key not in ("memories", "termbases"):
        return str(found.values[key])
    lines = []
    for each in _entries(key, found):
        more = [f"penalty {each.penalty:g}"] if each.penalty else []
        more += [f"only {', '.join(each.include)}"] if each.include else []
        more += [f"without {', '.join(each.exclude)}"] if each.exclude else []
        there = "://" in each.place or Path(each.place).exists()
        more += [] if there else ["not there"]
        about = f" ({'; '.join(more)})" if more else ""
        lines.append(f"{each.name}: {_place(each)}{about}")
    return "\n  ".join(["", *lines]) if len(lines) > 1 else "".join(lines)


@app.command("path")
def path_of(here: bool = _HERE) -> None:
    """Print where your own configuration is, or that of the folder."""
    from align.cli.configuration import folder_path, own_path

    if not here:
        typer.echo(own_path())
        return
    found = folder_path()
    if found is None:
        tell("no align.toml here, nor above; align config set --here KEY VALUE makes one")
        raise typer.Exit(1)
    typer.echo(found)


@app.command("set")
def set_value(
    key: str = _KEY,
    values: list[str] = typer.Argument(
        metavar="VALUE...", help="The value; several for memories and termbases."
    ),
    here: bool = _HERE,
) -> None:
    """Set a value, in your own configuration or, with --here, in the folder's align.toml.

    Files are named as seen from where you are. What else the file holds stays as it is.
    """
    from align.errors import InputError

    _known(key)
    path = _target(here)
    listed = key in ("memories", "termbases")
    if len(values) > 1 and not listed:
        raise InputError(f"{key}: one value is wanted; put several words between quotation marks")
    value: Any = [_as_kept(each, path, here) for each in values] if listed else values[0]
    if key.startswith("limits."):
        value = _number(values[0])
    _change(path, key, value, own=not here)
    tell(f"{path}: {key} is set")


@app.command("unset")
def unset(key: str = _KEY, here: bool = _HERE) -> None:
    """Take a value out of the configuration."""
    from align.errors import InputError

    _known(key)
    path = _target(here)
    if not _change(path, key, None, own=not here):
        raise InputError(f"{path}: {key} is not set there")
    tell(f"{path}: {key} is no longer set")


@app.command()
def edit(here: bool = _HERE) -> None:
    """Open the configuration in your editor ($VISUAL, $EDITOR), then look whether it is right."""
    import shlex
    import subprocess

    from align.atomic import replacing
    from align.cli.configuration import own_path, read
    from align.errors import InputError

    path = _target(here)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(_NEW.encode())
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    editor = editor or ("notepad" if os.name == "nt" else "vi")
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], check=False)
    except OSError as error:
        raise InputError(f"{editor}: the editor did not start; set EDITOR to another") from error
    if done.returncode:
        raise InputError(f"{editor}: ended with {done.returncode}; {path} is as it left it")
    known = read(own_path(), own=True).values if here and own_path().exists() else {}
    read(path, own=not here, known={key: known.get(key, ()) for key in ("memories", "termbases")})
    tell(f"{path}: is right")


_NEW = """\
# align.toml: what commands use where an option says nothing else. `align config` shows it.
# termbases = ["terms.csv"]
# author = "…"
#
# [languages]
# target = "en-GB"
#
# [limits]
# minimum = 75
#
# [[memories]]
# path = "units.db"
# name = "units"
# penalty = 0.02
# exclude = ["state=unreviewed", "year=1990-1999"]
"""


def _known(key: str) -> None:
    from align.cli.configuration import KEYS, meant
    from align.errors import InputError

    if key not in KEYS:
        raise InputError(f"{key!r} is no key{meant(key, list(KEYS))}")


def _target(here: bool) -> Path:
    """The file that is changed: the user's own, or the one of the current folder."""
    from align.cli.configuration import NAME, VARIABLE, own_path

    if here:
        return Path.cwd() / NAME
    given = os.environ.get(VARIABLE)
    return Path(given) if given not in (None, "", "none") else own_path()


def _as_kept(value: str, path: Path, here: bool) -> str:
    """A file named as seen from here, as the configuration names it; addresses and names stay."""
    from align.cli.configuration import configuration

    if "://" in value:
        return value
    known = configuration()
    named = [known.named(key, value) for key in ("memories", "termbases")]
    if any(named) and not Path(value).exists():
        return value
    whole = Path(os.path.abspath(Path(value).expanduser()))
    return os.path.relpath(whole, path.parent) if here else str(whole)


def _number(text: str) -> Any:
    """A number as typed; what is none stays, and is told with what is wanted."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _change(path: Path, key: str, value: Any, *, own: bool) -> bool:
    """Write one value, or take it out (None); whether anything changed.

    The file is replaced only where it can be read and is right afterwards.
    """
    import tomlkit

    from align.atomic import replacing
    from align.cli.configuration import checked, content, own_path, read

    text = content(path) if path.exists() else ""
    known = read(own_path(), own=True).values if not own and own_path().exists() else {}
    names = {name: known.get(name, ()) for name in ("memories", "termbases")}
    checked(text, path, own=own, known=names)  # a fault that is there already is told as such
    document = tomlkit.parse(text)
    table, _, inner = key.rpartition(".")
    there: Any = document
    if table:
        if value is not None and table not in document:
            document.add(table, tomlkit.table())
        there = document.get(table, {})
    if value is None:
        if inner not in there:
            return False
        del there[inner]
    else:
        there[inner] = value
    changed = tomlkit.dumps(document)
    checked(changed, path, own=own, known=names)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(changed.encode("utf-8"))
    return True
