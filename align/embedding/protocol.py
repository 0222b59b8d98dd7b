"""What an encoder is: text in, unit float32 rows out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from align.embedding.words import Words

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Vectors = NDArray[np.float32]  # (n, dim), unit rows unless said otherwise


@runtime_checkable
class Encoder(Protocol):
    """Anything that embeds text."""

    @property
    def name(self) -> str:
        """Name as a user writes it after ``--model``."""

    @property
    def revision(self) -> str:
        """Hash of the model's content, short: equal revisions embed equally."""

    @property
    def dim(self) -> int:
        """Width of the vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as unit rows, float32 (len(texts), dim); zeros where no token is known."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of several texts, concatenated.

    Text k holds ``ids[bounds[k]:bounds[k + 1]]``; ``spans[t]`` is token t's (start, end) in
    characters of its own text.
    """

    ids: NDArray[np.int32]  # (total,)
    bounds: NDArray[np.int64]  # (len(texts) + 1,)
    spans: NDArray[np.int32]  # (total, 2), or (0, 2) where nobody asked for them


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder whose sentence vector is the normalised mean of context-free token vectors.

    The vector of any run of sentences is then a difference of prefix sums, and single tokens
    can be compared across languages.
    """

    @property
    def matrix(self) -> NDArray[np.float32]:
        """Token vectors, float32 (vocabulary, dim), not unit: the norm is the token's weight."""

    @property
    def words(self) -> Words:
        """What compares single tokens with those of another text."""

    def tokenize(self, texts: Sequence[str], *, spans: bool = True) -> Tokens:
        """Tokens of each text; special and unknown tokens left out.

        Without `spans` none are given, which is quicker.
        """


def gives_tokens(encoder: Encoder | None) -> TypeIs[TokenEncoder]:
    """Whether an encoder is a TokenEncoder.

    `isinstance` would ask it for all that the protocol names, the whole matrix and its hash too.
    """
    return hasattr(encoder, "tokenize")
