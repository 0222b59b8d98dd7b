"""What a user may do: a role in each memory and termbase, or administrator of all."""

from __future__ import annotations

import hashlib
import re
import secrets
from enum import IntEnum

from align.errors import AlignError, InputError

STATES = ("draft", "reviewed", "approved")
_NAME = re.compile(r"\w[\w .@-]{0,62}")


class Role(IntEnum):
    """Each may do what those before may, too."""

    none = 0
    reader = 1  # looks up
    contributor = 2  # adds and corrects drafts, proposes terms, uploads files
    approver = 3  # reviews, approves, removes; decides on proposals; sees the audit trail
    admin = 4  # makes users, memories and termbases; of all memories


class DeniedError(AlignError):
    """The user's role does not allow it."""


def role_named(name: object) -> Role:
    """The role of this name. Raises InputError."""
    if isinstance(name, str) and name in Role.__members__:
        return Role[name]
    raise InputError(f"{str(name)[:40]!r}: the roles are {', '.join(Role.__members__)}")


def checked_name(name: object) -> str:
    """A name of a user, memory or termbase. Raises InputError."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise InputError(
        f"{str(name)[:40]!r} cannot be a name; use up to 63 letters, digits, spaces, . _ @ -"
    )


def new_token() -> str:
    """A token that nobody can guess; it is shown once and kept as its hash."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> bytes:
    """What is kept of a token. It is 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(b"align token:" + token.encode("utf-8", "replace")).digest()
