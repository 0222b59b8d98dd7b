"""The schema of a memory in PostgreSQL, as numbered steps; which memories a database holds.

The database's own schema ``align`` lists the memories; memory number 3 is the schema ``align_m3``.
A step once released is never edited: a change is a new step at the end, taken when a memory is
opened for writing, under a lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from align.errors import MemoryFileError
from align.memory.keys import form
from align.memory.postgres.address import Address, explained

if TYPE_CHECKING:
    import psycopg

_LOCK = 0x414C544D  # of the list of memories; "ALTM"

REGISTRY = """
CREATE SCHEMA IF NOT EXISTS align;
CREATE TABLE IF NOT EXISTS align.memories(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    version int NOT NULL, approved_only boolean NOT NULL DEFAULT false);
"""

_FIRST = """
CREATE TABLE languages(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source text NOT NULL, target text NOT NULL,
    UNIQUE(source, target));
CREATE TABLE signatures(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL UNIQUE);
CREATE TABLE origins(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
-- One row a run of `add`; `position` is how far into the stream of units it has committed.
CREATE TABLE imports(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, stream text UNIQUE,
    date text NOT NULL, position bigint NOT NULL DEFAULT 0, added bigint NOT NULL DEFAULT 0,
    merged bigint NOT NULL DEFAULT 0, unaligned bigint NOT NULL DEFAULT 0,
    finished boolean NOT NULL DEFAULT false);
-- A pair of texts, once; a text is never changed: a correction is a new unit in the old one's place.
CREATE TABLE units(
    id bigint PRIMARY KEY, languages int NOT NULL REFERENCES languages,
    source_key bigint NOT NULL, target_key bigint NOT NULL,
    source text NOT NULL, target text NOT NULL, version int NOT NULL DEFAULT 1);
CREATE INDEX units_by_source ON units(source_key, target_key);
CREATE INDEX units_by_target ON units(target_key);
CREATE TABLE provenance(
    unit bigint NOT NULL REFERENCES units ON DELETE CASCADE,
    origin int NOT NULL REFERENCES origins, tuid text NOT NULL, import int NOT NULL REFERENCES imports,
    languages int NOT NULL REFERENCES languages, confidence double precision, bead_type text,
    paragraph text, symbol text, page bigint, speaker text, created text, changed text,
    signature int REFERENCES signatures, state text, note text, props text,
    PRIMARY KEY(unit, origin, tuid));
CREATE INDEX provenance_by_origin ON provenance(origin, unit);
-- What is searched, apart from the texts, so that a search reads few pages: the arrays are kept
-- beside the table (toast_tuple_target), for only their index is read.
CREATE TABLE search(
    unit bigint PRIMARY KEY REFERENCES units ON DELETE CASCADE,
    source_length int NOT NULL, target_length int NOT NULL, approved boolean NOT NULL,
    source_grams bigint[] NOT NULL, target_grams bigint[] NOT NULL)
    WITH (toast_tuple_target = 128);
CREATE INDEX search_source ON search USING gin(source_grams);
CREATE INDEX search_target ON search USING gin(target_grams);
CREATE INDEX search_by_source_length ON search(source_length, unit);
CREATE INDEX search_by_target_length ON search(target_length, unit);
-- How many units hold each gram: the rarest of a query are looked up first.
CREATE TABLE gram_counts(
    side smallint NOT NULL, gram bigint NOT NULL, units bigint NOT NULL, PRIMARY KEY(side, gram))
    WITH (fillfactor = 70);
CREATE TABLE vectors(
    unit bigint PRIMARY KEY REFERENCES units ON DELETE CASCADE, vector halfvec NOT NULL);
-- `content` is the sum of the keys of all units modulo 2**64; `following` the number of the next
-- unit; units up to `indexed` have vectors, made by `encoder`; `form` is the way of folding.
CREATE TABLE state(
    units bigint NOT NULL, content bigint NOT NULL, following bigint NOT NULL,
    indexed bigint NOT NULL, encoder text, dim int, form text NOT NULL);
INSERT INTO state VALUES (0, 0, 1, 0, NULL, NULL, '');
"""

STEPS = (_FIRST,)


def opened(
    connection: psycopg.Connection[Any], address: Address, *, create: bool, read_only: bool
) -> int:
    """Make the memory the connection's; upgrade an older one. Returns its number.

    Raises MemoryFileError when there is none, or it is of a newer version.
    """
    with explained(address):
        found = _found(connection, address)
        if found is None and (not create or read_only):
            raise MemoryFileError(
                f"{address}: no such translation memory; `align memory add` makes one"
            )
        number, version = found or (0, 0)
        if version > len(STEPS):
            raise MemoryFileError(
                f"{address}: made by a newer version of align (schema {version}, this one knows"
                f" {len(STEPS)}); update align"
            )
        if found is None or version < len(STEPS):
            if read_only:
                raise MemoryFileError(
                    f"{address}: of an older version of align; open it once for writing"
                    " (`align memory index`) to upgrade it"
                )
            number = _upgraded(connection, address)
        connection.execute(f"SET search_path = align_m{number}, public")
        kept = connection.execute("SELECT form FROM state").fetchone()
        if kept is None or kept[0] not in ("", form()):
            raise MemoryFileError(
                f"{address}: characters were folded otherwise when this memory was made (another"
                " version of OpenCC); export it and add it to a new memory"
            )
        return number


def _found(connection: psycopg.Connection[Any], address: Address) -> tuple[int, int] | None:
    """Number and version of the memory in this database; None where there is none."""
    if connection.execute("SELECT to_regclass('align.memories')").fetchone() == (None,):
        return None
    row = connection.execute(
        "SELECT id, version FROM align.memories WHERE name = %s", (address.memory,)
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else None


def _upgraded(connection: psycopg.Connection[Any], address: Address) -> int:
    """Make the memory, or take the steps that it lacks, under a lock; its number."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute(REGISTRY)
        _extension(connection, address)
        found = _found(connection, address)  # another program may have made it meanwhile
        if found is None:
            row = connection.execute(
                "INSERT INTO align.memories(name, version) VALUES (%s, 0) RETURNING id",
                (address.memory,),
            ).fetchone()
            assert row is not None
            found = int(row[0]), 0
            connection.execute(f"CREATE SCHEMA align_m{found[0]}")
        number, version = found
        connection.execute(f"SET LOCAL search_path = align_m{number}, public")
        for step in STEPS[version:]:
            connection.execute(step)
        if version == 0:
            connection.execute("UPDATE state SET form = %s", (form(),))
        connection.execute(
            "UPDATE align.memories SET version = %s WHERE id = %s", (len(STEPS), number)
        )
    return number


def _extension(connection: psycopg.Connection[Any], address: Address) -> None:
    """Make sure of pgvector; raises MemoryFileError that says who can install it."""
    from psycopg import errors

    row = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone()
    if row:
        return
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION vector SCHEMA public")
    except (errors.UndefinedFile, errors.FeatureNotSupported) as error:
        raise MemoryFileError(
            f"{address}: the server lacks pgvector 0.7 or later; install it there (Debian:"
            " postgresql-17-pgvector)"
        ) from error
    except errors.InsufficientPrivilege as error:
        raise MemoryFileError(
            f"{address}: this user may not make the extension; let an administrator of the"
            " database say `CREATE EXTENSION vector` once"
        ) from error


def memories(connection: psycopg.Connection[Any]) -> list[tuple[str, bool]]:
    """The memories of a database: name, and whether only approved units answer."""
    if connection.execute("SELECT to_regclass('align.memories')").fetchone() == (None,):
        return []
    return connection.execute(
        "SELECT name, approved_only FROM align.memories ORDER BY name"
    ).fetchall()
