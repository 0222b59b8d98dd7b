"""What the texts of a document show by themselves, before they are tokens.

For long documents a second process reads it while the first loads the model and tokenizes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from align.alignment.reading.shared_tokens import Values, shared_tokens_of
from align.datatypes import Document
from align.forked import beside

_LONG = 1_000  # sentences of both sides; fewer are read before a second process has begun
# Where one clause ends and the next begins; a comma inside 5,000 is none.
_CLAUSE_END = re.compile(r"[，；：]|——|[,;:](?=\s)|[—–](?=\s)")


@dataclass(frozen=True, slots=True)
class Surface:
    """What the sentences of a document show. Places count characters, one more after each text."""

    values: Values
    places: NDArray[np.int64]  # (sentences + 1,): where each text begins
    clause_ends: NDArray[np.int64]  # places, rising
    lengths: NDArray[np.float32]  # (sentences,) in characters without spaces, at least 1
    endings: NDArray[np.int8]  # (sentences,): class of the closing punctuation
    quoted: NDArray[np.bool_]  # (sentences + 1,): the boundary lies inside a quotation


def surface_of(document: Document) -> Surface:
    """Read the surface of a document's segments."""
    texts = [segment.text for segment in document.segments]
    places = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=places[1:])
    ends = [match.end() for match in _CLAUSE_END.finditer("\n".join(texts))]
    return Surface(
        values=shared_tokens_of(document),
        places=places,
        clause_ends=np.array(ends, dtype=np.int64),
        lengths=np.array([max(len(t) - t.count(" "), 1) for t in texts], dtype=np.float32),
        endings=np.array([_ending(text) for text in texts], dtype=np.int8),
        quoted=quotation(texts),
    )


@contextmanager
def reading_surfaces(
    source: Document, target: Document, processes: int = 1
) -> Iterator[Callable[[], tuple[Surface, Surface]]]:
    """Read the surface of both documents; what is yielded gives them, or waits for them.

    With more than one process, those of long documents are read while the block runs.
    """
    work = partial(_of_both, source, target)
    if processes > 1 and len(source.segments) + len(target.segments) >= _LONG:
        with beside(work) as found:
            yield found
    else:
        yield work


def _of_both(source: Document, target: Document) -> tuple[Surface, Surface]:
    return surface_of(source), surface_of(target)


_QUOTE = re.compile("[“「『”」』\"'‘’]")
# An apostrophe is a quotation mark only where a word cannot have it.
_QUOTES = re.compile(
    r"(?P<open>[“「『]|(?:(?<=^)|(?<=[\s(—–-]))[\"'‘](?=[\w—…]))"
    r"|(?P<close>[”」』]|(?<=[.,!?;:…—-])[\"'’](?=[\s)—–-]|$)|\"(?=\s|$))"
)


def quotation(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each boundary lies inside a quotation, (len(texts) + 1,).

    The last mark before it says so; sentences without a mark hand on what they got.

    >>> quotation(["“Go.", "Now!” he said.", "It's late."]).tolist()
    [False, True, False, False]
    """
    state = np.zeros(len(texts) + 1, dtype=bool)
    for index, text in enumerate(texts):
        state[index + 1] = state[index]
        if _QUOTE.search(text):
            for mark in _QUOTES.finditer(text):
                state[index + 1] = mark.lastgroup == "open"
    return state


_ENDINGS = {"?": 1, "？": 1, "!": 2, "！": 2, "：": 3, ":": 3, "…": 4, "；": 5, ";": 5}
_CLOSERS = "”’\"'」』）)》】]"


def _ending(text: str) -> int:
    """Class of the closing punctuation: 0 plain, 1 question, 2 exclamation, 3 colon …; +8 if quoted."""
    bare = text.rstrip()
    stripped = bare.rstrip(_CLOSERS)
    quoted = 8 if any(char in '”」』"’' for char in bare[len(stripped) :]) else 0
    return _ENDINGS.get(stripped[-1:], 0) + quoted
