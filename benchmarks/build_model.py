"""A model of a million columns: Brownfield's blocks against arrays laid out by hand, side by side."""

import highspy
import numpy as np

from benchmarks.common import Figure, cpu_seconds, peak_megabytes, show
from brownfield.model.program import Program

PLANTS, PRODUCTS, MARKETS, PERIODS = 20, 100, 50, 10
SHIPS = PRODUCTS * PLANTS * MARKETS * PERIODS
MAKES = PRODUCTS * PLANTS * PERIODS


def numbers() -> dict[str, np.ndarray]:
    """Prices, demand and capacity, the same in every run."""
    random = np.random.default_rng(17)
    return {
        "price": random.uniform(15, 30, (PRODUCTS, PLANTS, MARKETS, PERIODS)),
        "cost": random.uniform(8, 16, (PRODUCTS, PLANTS, PERIODS)),
        "load": random.uniform(0.8, 1.2, (PRODUCTS, PLANTS, PERIODS)),
        "demand": random.uniform(1, 30, (PRODUCTS, MARKETS, PERIODS)),
        "capacity": random.uniform(100, 400, (PLANTS, PERIODS)),
    }


def silent() -> highspy.Highs:
    """A solver that says nothing."""
    solver = highspy.Highs()
    solver.silent()
    return solver


def with_blocks(data: dict[str, np.ndarray]) -> highspy.Highs:
    """The model as Brownfield builds it: blocks of columns and families of rows, each with its keys."""
    program = Program()
    k, i, m, t = np.ix_(*(np.arange(n) for n in (PRODUCTS, PLANTS, MARKETS, PERIODS)))
    name = {
        kind: [f"{kind} {n}" for n in range(count)]
        for kind, count in (("product", PRODUCTS), ("plant", PLANTS), ("market", MARKETS), ("period", PERIODS))
    }

    def key(**at: np.ndarray) -> dict:
        return {kind: (name[kind], where) for kind, where in at.items()}

    where = key(product=k, plant=i, market=m, period=t)
    ships = program.columns("ships", where, np.ones((PRODUCTS, PLANTS, MARKETS, PERIODS), dtype=bool))
    k, i, t = k[:, :, 0], i[:, :, 0], t[:, :, 0]
    makes = program.columns("makes", key(product=k, plant=i, period=t), np.ones((PRODUCTS, PLANTS, PERIODS), dtype=bool))
    program.objective = np.concatenate([data["price"].ravel(), -data["cost"].ravel()])

    def family(title: str, shape: dict[str, int], low: float, high: object) -> np.ndarray:
        at = np.indices(tuple(shape.values())).reshape(len(shape), -1)
        return program.rows(title, key(**dict(zip(shape, at, strict=True))), low, np.ravel(high)).reshape(tuple(shape.values()))

    sold = family("demand", {"product": PRODUCTS, "market": MARKETS, "period": PERIODS}, -np.inf, data["demand"])
    program.terms(sold[:, None, :, :], ships, 1.0)
    shipped = family("shipped", {"product": PRODUCTS, "plant": PLANTS, "period": PERIODS}, 0.0, 0.0)
    program.terms(shipped[:, :, None, :], ships, -1.0)
    program.terms(shipped, makes, 1.0)
    full = family("capacity", {"plant": PLANTS, "period": PERIODS}, -np.inf, data["capacity"])
    program.terms(full[None, :, :], makes, data["load"])
    solver = silent()
    program.pass_to(solver)
    return solver


def by_hand(data: dict[str, np.ndarray]) -> highspy.Highs:
    """The same model laid out by one who knows its shape: no keys, no names, every place reckoned beforehand."""
    ships = np.arange(SHIPS).reshape(PRODUCTS, PLANTS, MARKETS, PERIODS)
    makes = SHIPS + np.arange(MAKES).reshape(PRODUCTS, PLANTS, PERIODS)
    sold = np.moveaxis(ships, 1, -1).reshape(-1, PLANTS)
    shipped = np.concatenate([np.moveaxis(ships, 2, -1), makes[..., None]], axis=-1).reshape(-1, MARKETS + 1)
    full = np.moveaxis(makes, 0, -1).reshape(-1, PRODUCTS)
    blocks = (sold, shipped, full)
    lengths = np.concatenate([np.full(len(block), block.shape[1]) for block in blocks])
    signs = np.full(shipped.shape, -1.0)
    signs[:, -1] = 1.0
    solver = silent()
    solver.passModel(
        SHIPS + MAKES,
        len(lengths),
        int(lengths.sum()),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMaximize),
        0.0,
        np.concatenate([data["price"].ravel(), -data["cost"].ravel()]),
        np.zeros(SHIPS + MAKES),
        np.full(SHIPS + MAKES, np.inf),
        np.concatenate([np.full(len(sold), -np.inf), np.zeros(len(shipped)), np.full(len(full), -np.inf)]),
        np.concatenate([data["demand"].ravel(), np.zeros(len(shipped)), data["capacity"].ravel()]),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        np.concatenate([block.ravel() for block in blocks]).astype(np.int32),
        np.concatenate([np.ones(sold.size), signs.ravel(), np.moveaxis(data["load"], 0, -1).ravel()]),
        np.zeros(SHIPS + MAKES, dtype=np.int32),
    )
    return solver


def same(one: highspy.Highs, other: highspy.Highs) -> bool:
    """Whether two solvers hold the same program, coefficient by coefficient."""
    a, b = one.getLp(), other.getLp()
    pairs = [(getattr(a, n), getattr(b, n)) for n in ("col_cost_", "col_upper_", "row_lower_", "row_upper_")]
    pairs += [(getattr(a.a_matrix_, n), getattr(b.a_matrix_, n)) for n in ("start_", "index_", "value_")]
    return all(np.array_equal(np.asarray(x), np.asarray(y)) for x, y in pairs)


def main() -> None:
    """Measure both, and show the ratio."""
    data = numbers()
    if not same(with_blocks(data), by_hand(data)):
        raise SystemExit("the two builders do not make the same model: nothing to compare")
    hand_made = cpu_seconds(lambda: by_hand(data), 11)
    ours = cpu_seconds(lambda: with_blocks(data), 11)
    show(
        "Building a model",
        f"{SHIPS + MAKES:,} columns, {PRODUCTS * (MARKETS + PLANTS) * PERIODS + PLANTS * PERIODS:,} rows,"
        f" {2 * SHIPS + 2 * MAKES:,} coefficients, up to the moment when HiGHS holds it; CPU seconds, median of eleven.",
        [
            Figure("arrays laid out by hand", f"{hand_made:.2f} s"),
            Figure("model/program.py, with names for every row", f"{ours:.2f} s"),
            Figure("ratio", f"{ours / hand_made:.2f}", "at most 2"),
            Figure("peak memory of the process", f"{peak_megabytes():.0f} MB"),
        ],
    )


if __name__ == "__main__":
    main()
