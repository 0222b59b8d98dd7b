"""Where a memory in PostgreSQL is, and connections to it whose errors a user can act on."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from align.errors import InputError, MemoryFileError

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql://", "postgres://")
_NAME = re.compile(r"[\w][\w .-]{0,62}")
# A search never reads a whole table where an index answers, and a query of a few milliseconds is
# not compiled first. What is new waits in a list beside the GIN index, which every search reads
# through: it is kept short (an import has a long one, and empties it at its end).
_OPTIONS = "-c enable_seqscan=off -c jit=off -c gin_pending_list_limit=256kB"


@dataclass(frozen=True, slots=True)
class Address:
    """A database and the memory in it: ``postgresql://user@host/database?memory=NAME``."""

    url: str  # for libpq: without the memory's name
    memory: str = "main"

    @classmethod
    def parse(cls, place: str) -> Address:
        """Take an address apart. Raises InputError where it is none, or the name is no name."""
        try:
            parts = urlsplit(place)
        except ValueError as error:
            raise InputError(f"not an address of PostgreSQL ({error})") from error
        asked = parse_qsl(parts.query, keep_blank_values=True)
        names = [value for key, value in asked if key == "memory"]
        name = names[-1] if names else "main"
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name[:80]!r} cannot be the name of a memory; use letters, digits, spaces, . _ -"
            )
        query = urlencode([pair for pair in asked if pair[0] != "memory"])
        url = urlunsplit(("postgresql", parts.netloc, parts.path, query, ""))
        return cls(url, name)

    def __str__(self) -> str:
        """The address for people: without a password."""
        parts = urlsplit(self.url)
        user, _, host = parts.netloc.rpartition("@")
        shown = f"{user.partition(':')[0]}@{host}" if user else host
        return f"postgresql://{shown}{parts.path}?memory={self.memory}"


def is_address(place: str) -> bool:
    """Whether a memory's place is an address of PostgreSQL, not a file."""
    return place.startswith(SCHEMES)


def connect(address: Address, *, seconds: int = 10) -> psycopg.Connection[Any]:
    """A connection in which every statement is a transaction of its own, unless one is begun.

    Raises MemoryFileError where the server cannot be reached or the extra is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise MemoryFileError(
            f"{address}: psycopg is not installed; install it with `pip install 'align-zh-en[postgres]'`"
        ) from error
    with explained(address):
        return psycopg.connect(
            address.url, autocommit=True, connect_timeout=seconds, options=_OPTIONS
        )


@contextlib.contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn the errors of PostgreSQL into a MemoryFileError of one line, without a password in it."""
    import psycopg
    from psycopg import errors

    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise MemoryFileError(f"{address}: not allowed ({_first(error)})") from error
    except (errors.DiskFull, errors.OutOfMemory) as error:
        raise MemoryFileError(
            f"{address}: the server has no room ({_first(error)}); what was saved before is safe"
        ) from error
    except (errors.CharacterNotInRepertoire, errors.UntranslatableCharacter) as error:
        raise InputError(
            f"{address}: a text that no database can hold ({_first(error)})"
        ) from error
    except psycopg.DataError as error:
        raise InputError(f"{address}: cannot be stored ({_first(error)})") from error
    except psycopg.OperationalError as error:
        raise MemoryFileError(
            f"{address}: the server cannot be reached, or broke off ({_first(error)}); what was"
            " acknowledged is safe"
        ) from error
    except psycopg.Error as error:
        raise MemoryFileError(f"{address}: {_first(error)}") from error


def _first(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
