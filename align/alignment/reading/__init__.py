"""The two sides as arrays: what the aligner knows of each before it compares them.

``surface`` reads what texts show by themselves, ``shared_tokens`` the numbers and names that both
languages write alike, ``sides`` tokens, clauses, vectors and structure, ``word_pairs`` the pairs of
tokens that this document teaches.
"""
