"""What speaks for each bead, and how much it weighs: a semi-Markov conditional random field.

``pair`` joins the two sides, ``coverage`` and ``tables`` compute what sentences find in each other,
``features`` name the evidence for an edge of the lattice, ``weights`` weigh it (``crf`` learns them),
``potentials`` add it up. ``literalness`` says how closely the translation keeps to the words,
``reencoding`` reads doubtful runs of sentences anew with encoders that must see them as one text.
"""
