"""A PDF as blocks: characters with boxes, lines, reading order, tables."""
