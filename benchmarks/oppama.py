"""The Oppama case: how long the commands take, and how good the plan is when they stop."""

import sys
from pathlib import Path

from benchmarks.common import Figure, command_seconds, peak_megabytes, show
from brownfield.files import read_case
from brownfield.solve import solve

CASE = Path("examples/oppama")
TIME_LIMIT = 120
"""Seconds, as in `make demo`."""
COMMAND = str(Path(sys.executable).parent / "brownfield")


def main() -> None:
    """Time the command line first, then solve inside this process, whose memory can be watched."""
    help_seconds = command_seconds([COMMAND, "--help"])
    check_seconds = command_seconds([COMMAND, "check", str(CASE)])
    case = read_case(CASE)
    outcome = solve(case, time_limit=TIME_LIMIT)
    currency = case.settings.base_currency
    gap = "no plan" if outcome.gap is None else f"{outcome.gap:.2%} of gross value, {outcome.gap_money:,.0f} million {currency}"
    size = ", ".join(f"{count:,} {what}" for what, count in outcome.size.items())
    show(
        "The Oppama case",
        f"`examples/oppama`, {len(case.calendar)} periods; {size or 'size not told'}.",
        [
            Figure("`brownfield --help`", f"{help_seconds:.2f} CPU s", "under 1 s"),
            Figure("`brownfield check examples/oppama`", f"{check_seconds:.2f} CPU s", "under 1 s"),
            Figure(f"solved to a gap of {outcome.wanted_gap:.0%}, or {TIME_LIMIT} s", f"{outcome.seconds:.0f} s ({outcome.status})"),
            Figure("gap when it stopped", gap, f"at most {outcome.wanted_gap:.0%}"),
            Figure("peak memory of the process", f"{peak_megabytes():.0f} MB"),
        ],
    )


if __name__ == "__main__":
    main()
