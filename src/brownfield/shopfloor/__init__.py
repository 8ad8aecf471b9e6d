"""The line: can it build the guest's car with the host's, in which order, and how many an hour."""
