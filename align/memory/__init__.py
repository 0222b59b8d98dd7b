"""The translation memory: SQLite for the truth, postings and vectors for the search."""

from align.memory.fuzzy import Difference, differences
from align.memory.memory import (
    Concordance,
    ConcordanceHit,
    Locate,
    Stats,
    TranslationMemory,
)
from align.memory.writing import AddReport

__all__ = [
    "AddReport",
    "Concordance",
    "ConcordanceHit",
    "Difference",
    "Locate",
    "Stats",
    "TranslationMemory",
    "differences",
]
