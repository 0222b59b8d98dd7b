"""Terminology: what a term is called, what it became, and whether a translation keeps to it."""
