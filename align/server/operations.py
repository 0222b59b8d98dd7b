"""What an address of the server is: who may use it, what it takes, and what answers.

One table of these makes the routes, the refusals and the OpenAPI description, so that there is no
address whose rights nobody has stated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from align.errors import FormatError, InputError
from align.outside import text_in, whole_number
from align.server.roles import Role

if TYPE_CHECKING:
    import psycopg

    from align.server.app import Server
    from align.server.store import User

LONGEST = 5_000  # characters of a text that is looked up


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query."""

    name: str
    about: str
    kind: Literal["string", "integer", "boolean"] = "string"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """An address with a method. `kind` names the path's part that the role is needed in."""

    method: str
    path: str
    answer: Callable[[Call], Response]
    least: Role  # none: anybody, without a token
    about: str
    kind: Literal["memory", "termbase"] | None = None
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, str] = field(default_factory=dict)  # a JSON object: key, and what it is
    upload: bool = False  # the body is a file, which the answer reads itself
    door: bool = False  # of another tool's protocol


@dataclass(slots=True)
class Call:
    """A request that may go on: who asks, for what, over which connection."""

    server: Server
    request: Request
    operation: Operation
    user: User
    connection: psycopg.Connection[Any]
    body: dict[str, Any]
    raw: bytes = b""  # a file that was sent
    held: psycopg.Connection[Any] | None = None  # of the memory that is being changed

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def text(self, name: str, default: str | None = None, *, most: int = LONGEST) -> str:
        """A text of the query or the body. Raises InputError where it lacks or is too long."""
        value = self.body.get(name, self.request.query_params.get(name, default))
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise InputError(f"{name}: a text is needed")
        if len(value) > most:
            raise InputError(f"{name}: at most {most:,} characters")
        try:
            return text_in(value, name)
        except FormatError as error:
            raise InputError(str(error)) from error

    def number(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """A whole number of the query or the body, within its bounds."""
        value = self.body.get(name, self.request.query_params.get(name))
        if value is None:
            return default
        found = value if isinstance(value, int) and not isinstance(value, bool) else None
        if isinstance(value, str):
            found = whole_number(value, most=most)
        if found is None or not least <= found <= most:
            raise InputError(f"{name}: a whole number from {least:,} to {most:,}")
        return found

    def flag(self, name: str) -> bool:
        """Whether a parameter says yes."""
        value = self.body.get(name, self.request.query_params.get(name, "false"))
        if value in (True, "true", "1"):
            return True
        if value in (False, "false", "0"):
            return False
        raise InputError(f"{name}: true or false")

    def lang(self, name: str = "lang") -> str | None:
        """A language of the query or the body, None where none is given."""
        from align.language.tags import language_tag

        value = self.body.get(name, self.request.query_params.get(name))
        if value in (None, ""):
            return None
        if not isinstance(value, str):
            raise InputError(f"{name}: a language such as zh or en")
        return language_tag(value)
