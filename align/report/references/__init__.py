"""References as HTML, Word, XLSX, XLIFF, JSON lines, and the units used as TMX."""
