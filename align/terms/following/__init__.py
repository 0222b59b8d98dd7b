"""Where did a span of one side of a unit go on the other: one learned model, in both directions."""
