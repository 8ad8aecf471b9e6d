"""Running the model: from a case to an outcome."""

from brownfield.solve.again import what_if
from brownfield.solve.outcome import Conflict, Outcome, Point
from brownfield.solve.run import solve

__all__ = ["Conflict", "Outcome", "Point", "solve", "what_if"]
