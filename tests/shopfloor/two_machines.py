"""Two machines and one buffer, exactly: the closed form of Gershwin and Schick, and the chain of states solved as equations.

Discrete time; each machine makes a car in one step. A machine that works fails in a step with probability p, a failed one is
repaired with probability r; the buffer holds N cars, the one in the second machine counted in. A car is begun only when the buffer
was not full. Source: Gershwin and Schick (1983), Operations Research 31(2), 354-380; Gershwin (1994), Manufacturing Systems
Engineering, section 3.6. The balance equations, written from the rules above alone, confirm the closed form.
"""

import numpy as np


def closed_form(p1: float, r1: float, p2: float, r2: float, places: int) -> float:
    """Cars made in a step, for a buffer of `places` >= 4."""
    up1 = r1 + r2 - r1 * r2 - r1 * p2
    up2 = r1 + r2 - r1 * r2 - p1 * r2
    down1 = p1 + p2 - p1 * p2 - p1 * r2
    down2 = p1 + p2 - p1 * p2 - r1 * p2
    y1, y2 = up1 / down1, up2 / down2
    x = y2 / y1
    weights: dict[tuple[int, int, int], float] = {}
    for n in range(2, places - 1):
        for a1 in (0, 1):
            for a2 in (0, 1):
                weights[n, a1, a2] = x**n * y1**a1 * y2**a2
    weights[0, 0, 1] = x * up1 / (r1 * p2)
    weights[1, 0, 0] = x
    weights[1, 0, 1] = x * y2
    weights[1, 1, 1] = x / p2 * up1 / down2
    weights[places - 1, 0, 0] = x ** (places - 1)
    weights[places - 1, 1, 0] = x ** (places - 1) * y1
    weights[places - 1, 1, 1] = x ** (places - 1) / p1 * up2 / down1
    weights[places, 1, 0] = x ** (places - 1) * up2 / (p1 * r2)
    made = sum(w for (n, a1, _), w in weights.items() if a1 == 1 and n < places)
    return made / sum(weights.values())


def by_equations(p1: float, r1: float, p2: float, r2: float, places: int) -> float:
    """The same from the balance equations of all states (cars in the buffer, first machine up, second up)."""
    states = [(n, a1, a2) for n in range(places + 1) for a1 in (0, 1) for a2 in (0, 1)]
    index = {state: i for i, state in enumerate(states)}
    moves = np.zeros((len(states), len(states)))
    made = np.zeros(len(states))
    for (n, a1, a2), i in index.items():
        up1 = (1 - p1 if n < places else 1.0) if a1 else r1
        up2 = (1 - p2 if n > 0 else 1.0) if a2 else r2
        for b1, chance1 in ((1, up1), (0, 1 - up1)):
            for b2, chance2 in ((1, up2), (0, 1 - up2)):
                comes, goes = b1 == 1 and n < places, b2 == 1 and n > 0
                moves[i, index[n + comes - goes, b1, b2]] += chance1 * chance2
                made[i] += chance1 * chance2 * goes
    balance = np.vstack([moves.T - np.eye(len(states)), np.ones(len(states))])
    share, *_ = np.linalg.lstsq(balance, np.append(np.zeros(len(states)), 1.0), rcond=None)
    return float(share @ made)
