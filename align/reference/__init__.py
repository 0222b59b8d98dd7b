"""References for a new document: what of it has been translated before, where, and how."""
