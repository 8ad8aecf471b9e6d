"""What if: one number changed up or down in a large group, the large decisions of its plan kept."""

from statistics import median
from time import process_time

from benchmarks.common import Figure, show
from brownfield.case.changes import changed
from brownfield.case.edits import Edit
from brownfield.case.synthetic import synthetic_case
from brownfield.solve import solve, what_if

SECONDS = 150
FACTORS = (0.9, 0.95, 1.05, 1.1, 1.3)


def main() -> None:
    """Solve once, then change demand, costs and prices up and down."""
    case = synthetic_case(17, 45, 20, 1)
    last = solve(case, gap=0.02, time_limit=SECONDS)
    if last.plan is None:
        raise SystemExit("no plan to start from in the time allowed: nothing to measure")
    taken, without = [], 0
    for table, column in (("demand", "cars"), ("plants", "fixed_cost"), ("products", "material_cost")):
        for factor in FACTORS:
            other = changed(case, [Edit(table, "*", column, "multiply", factor)])
            begin = process_time()
            without += not what_if(last, other).has_plan
            taken.append(process_time() - begin)
    show(
        "What if",
        "17 plants, 45 products, 20 quarters; demand, fixed cost or material cost changed up and down,"
        " the plan's decisions kept; CPU seconds.",
        [
            Figure("median answer", f"{median(taken):.2f} s", "under 1 s"),
            Figure("longest answer", f"{max(taken):.2f} s"),
            Figure("changes in which the plan could not be kept", f"{without} of {len(taken)}"),
        ],
    )


if __name__ == "__main__":
    main()
