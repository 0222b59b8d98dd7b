"""Tests of the formats floor; the case files are written by hand in the manner of other tools."""
