"""Articles into candidate claims: the text, its quantities, who says them and what they may be about. Nothing enters a case."""
