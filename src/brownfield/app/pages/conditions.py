"""What would have to be true: at which values a verdict flips, why it is as it is, what keeping people or cash costs."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import of_disk, told
from brownfield.app.pages.study import Field, Question, inputs_of, study, verdicts_of


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/conditions", response_timeout=60)
    @told
    async def conditions(case: str = ".", run: str = "") -> None:
        known = await of_disk(desk.read, case)
        verdicts, inputs = verdicts_of(known), inputs_of(known)
        verdict = Field("verdict", "Verdict", verdicts[0], verdicts, free=True)
        questions = [
            Question(
                "threshold", "At which value does it flip?", "The value of one input at which a verdict flips, as an interval.",
                (verdict, Field("input", "Input", inputs[0], inputs, free=True)),
            ),
            Question("why", "Why is it so?", "What the opposite would cost, and where the money goes.", (verdict,)),
            Question(
                "scan", "What could flip it?", "Every input that could flip a verdict, the smallest change first.",
                (verdict, Field("top", "Inputs worked out", 3, least=1, most=50)),
            ),
            Question(
                "frontier", "What does keeping people or cash cost?", "Every plan that no other beats in worth, people and lowest cash.",
                (Field("levels", "About how many steps", 6, least=1, most=60),),
            ),
        ]  # fmt: skip
        await study(desk, "/conditions", "What would have to be true", case, run, questions, known)
