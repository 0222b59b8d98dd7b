"""The translation memory: SQLite for the truth, postings and vectors for the search."""

from align.memory.fuzzy import Difference, differences
from align.memory.memory import TranslationMemory
from align.memory.protocol import Memory, ReadableMemory, Stats
from align.memory.searching import Concordance, ConcordanceHit, Locate
from align.memory.writing import AddReport

__all__ = [
    "AddReport",
    "Concordance",
    "ConcordanceHit",
    "Difference",
    "Locate",
    "Memory",
    "ReadableMemory",
    "Stats",
    "TranslationMemory",
    "differences",
]
