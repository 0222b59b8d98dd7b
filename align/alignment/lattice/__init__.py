"""All ways of aligning two sequences of sentences, and the probability of each bead in them.

``bead_types`` numbers the kinds of bead, ``band`` says which part of the lattice is looked at,
``comparison_window`` which sentences are therefore compared, ``nodes`` lays the band out for
computing, ``inference`` gives posterior probabilities and the best path. No text is seen here.
"""
