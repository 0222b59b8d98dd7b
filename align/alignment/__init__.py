"""From two sequences of sentences to beads with probabilities."""

from __future__ import annotations

from align.alignment.aligner import AlignOptions, align

__all__ = ["AlignOptions", "align"]
