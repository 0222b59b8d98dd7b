"""What a command may write: no file of somebody else's in silence, and no ending that says otherwise.

A file that this tool wrote, and that nobody has touched since, is replaced as a matter of course.
Whether it is such is told by its size and time, kept for each file in the user's state folder under
a hash of its path; what is not known is not overwritten without --overwrite.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from align.atomic import before_replacing, real_place
from align.errors import InputError

OVERWRITE = typer.Option(
    False, "--overwrite", "--force-overwrite", help="Replace also files that align did not write."
)
_KEPT = 5_000  # files that are remembered: of more, the oldest half is forgotten


def check_ending(place: str | Path | None, endings: Sequence[str], what: str) -> None:
    """Raise InputError where the name of an output says that it is something else.

    "-" is standard output; a name without an ending says nothing.
    """
    if place is None or str(place) == "-":
        return
    suffix = Path(place).suffix.lower()
    if suffix and suffix not in endings:
        raise InputError(
            f"{place}: {what} is written here, and its name must end in {', '.join(endings)}"
        )


def differing(files: Sequence[str | Path | None], wanted: str) -> None:
    """Raise InputError where two of the files that a command compares are one, however named.

    `wanted` says what each must be. "-" (standard input) and None are passed over.
    """
    seen: dict[tuple[int, int] | str, str] = {}
    for name in (str(file) for file in files if file is not None and str(file) != "-"):
        try:
            there = os.stat(name)
            key: tuple[int, int] | str = (there.st_dev, there.st_ino)
        except OSError:
            key = os.path.abspath(name)
        if key in seen:
            also = "" if seen[key] == name else f" (once as {seen[key]})"
            raise InputError(f"{name}: given twice{also}; {wanted}")
        seen[key] = name


def claim(places: Iterable[str | Path | None], *, overwrite: bool) -> None:
    """Call before the work: raises InputError where an output may not be written.

    Once the command has ended, what it wrote at these places is remembered as the tool's own.
    """
    remember_written()  # of an earlier command in the same process
    paths = [Path(place) for place in places if place is not None and "://" not in str(place)]
    paths = [path for path in paths if str(path) != "-"]
    for path in paths:
        real_place(path)
        if path.is_dir():
            raise InputError(f"{path}: is a folder; name a file")
        if not path.absolute().parent.is_dir():
            raise InputError(f"{path}: there is no folder {path.absolute().parent}; make it first")
        if path.is_file() and not overwrite and _traits(path) not in _remembered(path):
            raise InputError(
                f"{path}: is there already, and not as align wrote it last; name another file, or "
                "replace it with --overwrite"
            )
    _claimed.update({path.absolute(): _traits(path) for path in paths})
    before_replacing(_remember_ahead)


_claimed: dict[Path, str] = {}  # outputs of the command that runs, each as it was before


def remember_written() -> None:
    """Call when the command has ended: what it wrote is the tool's own from now on."""
    for path, before in _claimed.items():
        if _traits(path) not in ("", before):
            remember(path)
    _claimed.clear()


def _remember_ahead(path: Path, new: Path) -> None:
    """Note a file that takes its place next, beside the one that is there: a kill may come between."""
    if any(os.path.realpath(claimed) == str(path) for claimed in _claimed):
        there = _traits(path)
        ours = [there] if there in _remembered(path) else []
        _write_note(path, [*ours, _traits(new)])


def remember(path: Path) -> None:
    """Note that the tool has written this file; where that cannot be noted, it is asked next time."""
    _write_note(path, [_traits(path)])


def _write_note(path: Path, traits: Sequence[str]) -> None:
    place = _note(path)
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(traits), encoding="ascii")
        _forget(place.parent)


def _forget(folder: Path) -> None:
    with os.scandir(folder) as entries:
        notes = [(entry.stat().st_mtime_ns, entry.path) for entry in entries]
    for _, name in sorted(notes)[: len(notes) // 2] if len(notes) > _KEPT else ():
        Path(name).unlink(missing_ok=True)


def _remembered(path: Path) -> list[str]:
    """The files that the tool wrote here last: more than one where it was killed while it did."""
    try:
        return _note(path).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _traits(path: Path) -> str:
    """What changes when somebody writes the file: "" where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"


def _note(path: Path) -> Path:
    """Where it is noted; the name says nothing of the file's."""
    import platformdirs

    name = hashlib.blake2b(os.fsencode(os.path.realpath(path)), digest_size=16).hexdigest()
    return Path(platformdirs.user_state_dir("align", appauthor=False)) / "written" / name
