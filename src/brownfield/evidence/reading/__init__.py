"""Articles into candidate claims: read the text, find quantities, who says them and how, and what they may be about. Nothing enters a case."""
