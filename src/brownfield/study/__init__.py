"""Many solves: what flips a verdict, how plans differ and why, scenarios side by side."""
