"""A good plan first: the case as it stands, without launches, closures and offers, solved in moments."""

from __future__ import annotations

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats
from brownfield.solve.highs import fresh
from brownfield.solve.progress import Watch

SHARE_OF_TIME = 0.1
"""Part of the time limit that the first plan may take."""
SECONDS = 10.0
NODES = 50


def first_plan(model: Model, watch: Watch) -> Floats | None:
    """A first solution of the program, or None when keeping everything as it is breaks a rule.

    Closings, openings, launches and offers are left out; shift models, volumes, people and cash are free.
    """
    program, x = model.program, model.decisions
    lp = program.highs_lp()
    upper = program.column_bounds()[1].copy()
    for block in (x.launch, x.starts, x.closed, x.opened):
        upper[block[block >= 0]] = 0.0
    lp.col_upper_ = upper
    solver = fresh()
    limit = SECONDS if watch.time_limit is None else min(SECONDS, SHARE_OF_TIME * watch.time_limit)
    solver.setOptionValue("time_limit", limit)
    solver.setOptionValue("mip_max_nodes", NODES)
    solver.setOptionValue("mip_rel_gap", 0.002)
    solver.passModel(lp)
    solver.run()
    solution = np.array(solver.getSolution().col_value)
    if not solver.getSolution().value_valid or len(solution) != program.column_count or solver.getInfo().primal_solution_status != 2:
        return None
    watch.found(float(program.objective @ solution) + program.constant, solution)
    return solution
