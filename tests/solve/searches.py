"""Models to search, and what any search of them must keep to."""

import numpy as np

from brownfield.solve.highs import run
from brownfield.solve.progress import Watch
from tests.model.groups import group, table

WIDE = [(5, 8, 4, 1), (6, 9, 4, 2), (8, 12, 4, 2)]
FITS = 1e-5
"""By how much a rule may be missed, relative to the size of its bound."""


def watched(model, gap=0.005, time_limit=None, on_progress=None):
    return Watch(model.gross, gap, time_limit, on_progress)


def kept_rules(piece, plan):
    """Bounds of rows and columns are kept, and whole columns are whole."""
    for value, low, high in ((piece.matrix @ plan, piece.row_lower, piece.row_upper), (plan, piece.lower, piece.upper)):
        assert (value >= low - FITS * (1 + np.where(np.isfinite(low), np.abs(low), 0))).all()
        assert (value <= high + FITS * (1 + np.where(np.isfinite(high), np.abs(high), 0))).all()
    assert np.abs(plan - np.round(plan))[piece.whole].max() <= FITS


def worth(model, plan):
    return float(model.program.objective @ plan) + model.program.constant


def optimum(model):
    """What HiGHS alone makes of a model."""
    result = run(model.program, watched(model, 0.0))
    assert result.status == "optimal"
    return worth(model, result.solution)


def shared_product(launch_cost):
    """Two plants far from one another, each good enough for one product that neither builds yet; each has work of its own."""
    a_case = group(seed=3, plants=2, products=4, markets=1, periods=("6 quarters",))
    routes = table(
        "routes",
        product=["K0", "K1", "K2", "K2", "K3"],
        line=["L0", "L1", "L0", "L1", "L0"],
        state=["tooled", "tooled", "possible", "possible", "tooled"],
        launch_cost=[0.0, 0.0, launch_cost, 1.02 * launch_cost, 0.0],
        launch_lead_months=[0.0, 0.0, 3.0, 3.0, 0.0],
        ramp_months=[0.0, 0.0, 3.0, 3.0, 0.0],
        variable_cost=[900.0, 900.0, 900.0, 900.0, 900.0],
    )
    return a_case.with_table("routes", routes)
