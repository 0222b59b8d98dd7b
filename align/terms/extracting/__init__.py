"""Which pairs of a translation are terms: candidates of both sides, and a ranker that was trained."""
