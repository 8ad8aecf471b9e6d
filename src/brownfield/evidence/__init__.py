"""Who says so: claims and their sources, contradictions, coverage, and the way from a number back to the words behind it."""
