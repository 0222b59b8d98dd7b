"""Which memories and termbases a command asks: those of its options, else of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from align.cli.configuration import Configuration, Named
    from align.embedding.protocol import Encoder
    from align.memory import ReadableMemory
    from align.memory.store import Admits
    from align.terms.termbase import Termbase


def setting(key: str) -> Callable[[typer.Context, typer.CallbackParam, Any], Any]:
    """A callback for an option: what was typed, else the configuration's value, else the default."""

    def value(context: typer.Context, param: typer.CallbackParam, given: Any) -> Any:
        from align.cli.configuration import configuration

        if typed(context, param.name or ""):
            return given
        return configuration().values.get(key, given)

    return value


def typed(context: typer.Context, name: str) -> bool:
    """Whether an option was given on the command line."""
    source = context.get_parameter_source(name)
    return source is not None and source.name not in ("DEFAULT", "DEFAULT_MAP")


MEMORIES = typer.Option(
    [],
    "-m",
    "--memory",
    metavar="MEMORY",
    help="A memory by its file, address or name (a TMX or table of units will do); again for more, "
    "the most trusted first. Else those of the configuration.",
)
PENALTY = typer.Option(
    [], "--penalty", help="What matches of the first, second … memory lose, such as 0.02."
)
INCLUDE = typer.Option(
    [],
    "--include",
    metavar="CONDITION",
    help="Only such units: origin=…, symbol=…, year=2015-2020, state=reviewed; again for more.",
)
EXCLUDE = typer.Option(
    [], "--exclude", metavar="CONDITION", help="No units of such a condition; again for more."
)
TERMS = typer.Option(
    [],
    "--terms",
    metavar="TERMBASE",
    help="Termbase: TBX, CSV, TSV or XLSX; again for more. Else those of the configuration.",
)


@contextmanager
def asked(
    memories: Sequence[str],
    *,
    penalties: Sequence[float] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    encoder: Encoder | None = None,
    needed: bool = True,
) -> Iterator[ReadableMemory | None]:
    """The memory that a command reads: one, several as one, or None where there is none.

    `memories` are places or names; without any, those of the configuration. What options say is
    added to the conditions of the configuration. Raises InputError where there is none and one is
    `needed`, and where one cannot be opened.
    """
    from align.errors import InputError
    from align.memory.several import Several, Shelf

    for lost in penalties:
        if not 0 <= lost <= 1:
            raise InputError(f"--penalty {lost}: a share from 0 to 1 is wanted, such as 0.02")
    entries = _entries(memories)
    if len(penalties) > len(entries):
        raise InputError(f"--penalty: {len(penalties)} for {len(entries)} memories")
    if not entries:
        if include or exclude:
            raise InputError("--include and --exclude choose units of memories; none is given")
        if needed:
            raise InputError(
                "no memory: give -m MEMORY, or name yours once: `align config set memories FILE`"
            )
        yield None
        return
    with ExitStack() as opened:
        shelves: list[Shelf] = []
        for at, entry in enumerate(entries):
            memory = _opened(entry, include, exclude, encoder, opened)
            name = entry.name
            taken = {shelf.name for shelf in shelves}
            name = name if name not in taken else entry.place
            penalty = penalties[at] if at < len(penalties) else entry.penalty
            shelves.append(Shelf(name, memory, penalty))
        _met(include, exclude, [shelf.memory for shelf in shelves])
        alone = len(shelves) == 1 and not shelves[0].penalty
        yield shelves[0].memory if alone else Several(shelves)


def any_memories(memories: Sequence[str]) -> bool:
    """Whether `asked` would find any."""
    return bool(_entries(memories))


def _entries(memories: Sequence[str]) -> list[Named]:
    from align.cli.configuration import Named, configuration
    from align.memory.postgres.address import is_address

    if not memories:
        return list(configuration().memories)
    found: list[Named] = []
    known: Configuration | None = None
    for place in memories:
        entry = None
        if not is_address(place) and not Path(place).exists():
            known = known or configuration()
            entry = known.named("memories", place)
        found.append(entry or Named(place, Path(place).stem if "://" not in place else place))
    if len({entry.place for entry in found}) < len(found):
        from align.errors import InputError

        raise InputError("-m: the same memory is given twice")
    return found


def _opened(
    entry: Named,
    include: Sequence[str],
    exclude: Sequence[str],
    encoder: Encoder | None,
    opened: ExitStack,
) -> ReadableMemory:
    from align.cli.units import open_memory

    admits = _conditions(entry, include, exclude)
    return opened.enter_context(open_memory(entry.place, encoder, admits=admits))


def _met(
    include: Sequence[str], exclude: Sequence[str], memories: Sequence[ReadableMemory]
) -> None:
    """Raise InputError where no unit meets the conditions that were typed: nothing could answer."""
    from align.cli.units import first_of
    from align.errors import InputError

    if not (include or exclude) or any(first_of(memory.units()) for memory in memories):
        return
    said = [f"--include {each}" for each in include] + [f"--exclude {each}" for each in exclude]
    raise InputError(
        f"{' '.join(said)}: no unit is left to answer; `align memory stats` lists the origins, and a "
        "condition is origin=…, symbol=…, year=2015-2020 or state=reviewed"
    )


def _conditions(entry: Named, include: Sequence[str], exclude: Sequence[str]) -> Admits | None:
    """The configuration's conditions and the options' together, None where there are none."""
    from align.memory.several import Only

    conditions = [Only(entry.include, entry.exclude), Only(tuple(include), tuple(exclude))]
    wanted = [only.admits for only in conditions if only]
    return (lambda unit: all(each(unit) for each in wanted)) if wanted else None


def memory_places(
    memories: Sequence[str], *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> list[tuple[str, str, Admits | None]]:
    """Name, place and condition of the memories that `asked` would open, each looked at once."""
    from align.cli.units import open_memory

    entries = [(e.name, e.place, _conditions(e, include, exclude)) for e in _entries(memories)]
    with ExitStack() as opened:  # what cannot be opened, or answers nothing, is told now
        _met(
            include,
            exclude,
            [opened.enter_context(open_memory(place, admits=a)) for _, place, a in entries],
        )
    return entries


def terms_places(terms: Sequence[Path]) -> list[Path]:
    """The files of these termbases or names, else those of the configuration."""
    from align.cli.configuration import configuration

    if not terms:
        return [Path(entry.place) for entry in configuration().termbases]
    entries = [
        None if path.exists() else configuration().named("termbases", str(path)) for path in terms
    ]
    return [Path(e.place) if e else path for e, path in zip(entries, terms, strict=True)]


def asked_terms(terms: Sequence[Path]) -> Termbase | None:
    """The termbase of these files or names, or of the configuration; None where there is none.

    Several are one, in their order. Raises InputError where one is not there.
    """
    from align.cli.units import read_terms
    from align.terms.termbase import joined

    places = terms_places(terms)
    read = [(path.stem, found) for path in places if (found := read_terms(path)) is not None]
    return joined(read) if read else None
