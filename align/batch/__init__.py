"""Archives: documents paired by name, symbol or content and aligned on every core or on Ray."""
