"""The kinds of edge in the lattice: which bead types there are and how they are numbered."""

from __future__ import annotations

import numpy as np

MAX_SENTENCES = 8  # in a bead, both sides together

# Beads with text on both sides, small ones first: (source sentences, target sentences).
MATCHES: tuple[tuple[int, int], ...] = tuple(
    sorted(
        ((a, b) for a in range(1, MAX_SENTENCES) for b in range(1, MAX_SENTENCES + 1 - a)),
        key=lambda ab: (sum(ab), ab),
    )
)
N_MATCHES = len(MATCHES)

# A sentence without a counterpart begins a gap or goes on with one: opening is dear, going on is
# cheap, so that a missing page costs little more than a missing sentence (affine gaps, Gotoh 1982).
DELETE_OPEN, DELETE_EXTEND, INSERT_OPEN, INSERT_EXTEND = range(N_MATCHES, N_MATCHES + 4)
N_KINDS = N_MATCHES + 4

# Source and target sentences that each kind takes.
SOURCE_SIZE = np.array([a for a, _ in MATCHES] + [1, 1, 0, 0], dtype=np.int32)
TARGET_SIZE = np.array([b for _, b in MATCHES] + [0, 0, 1, 1], dtype=np.int32)
