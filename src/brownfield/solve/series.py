"""One small linear program again and again with other bounds: each run begins from the basis of the last."""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array

from brownfield.errors import LedgerError
from brownfield.model.program import Floats, Ints
from brownfield.solve.highs import FINE, fresh


def series(matrix: csc_array, cost: Floats, upper: Floats, low: Floats, high: Floats, moved: Ints, most: Floats) -> Floats:
    """The cheapest x >= 0 of each program, shape (programs, columns).

    low, high: bounds of the rows in each program, shape (programs, rows); upper: bounds of the columns, but for the columns `moved`, whose
    bounds are `most`, shape (programs, moved). LedgerError when a program has no solution, which would be a defect.
    """
    rows, columns = matrix.shape
    solver = fresh()
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("primal_feasibility_tolerance", FINE)
    solver.setOptionValue("dual_feasibility_tolerance", FINE)
    solver.passModel(
        columns, rows, matrix.nnz, int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0, cost, np.zeros(columns),
        upper, low[0], high[0], matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    every, some, nothing = np.arange(rows, dtype=np.int32), moved.astype(np.int32), np.zeros(len(moved))
    found = np.empty((len(low), columns))
    for number in range(len(low)):
        solver.changeRowsBounds(rows, every, low[number], high[number])  # type: ignore[attr-defined]
        if len(moved):
            solver.changeColsBounds(len(moved), some, nothing, most[number])
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise LedgerError("a future has no use of the plan: this is a defect of Brownfield, please report the case")
        found[number] = solver.getSolution().col_value
    return found
