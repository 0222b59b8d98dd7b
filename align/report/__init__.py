"""Alignments and findings as people read them: HTML, spreadsheets, text, JSON lines, SARIF."""
