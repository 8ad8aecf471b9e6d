"""What a column can hold: the types, units and meanings from which every table is built."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

HUGE = 1e12
"""No input is larger than this in its own unit: a larger one is a typing error or an attack."""

_NAME_BAD = re.compile(r"[;|\x00-\x1f\x7f]|^[=+\-@]|^\s|\s$")
_PARTIAL_DATE = re.compile(r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")


def _name(text: str) -> str:
    if _NAME_BAD.search(text):
        raise ValueError("a name without ; or | or control characters, not starting with = + - @ or a blank")
    return text


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


def _date(value: Any) -> Any:
    """Accept 2027-04 and what a spreadsheet makes of a date."""
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return text + "-01"
        return re.sub(r"[ T]00:00:00(\.0+)?$", "", text)
    return value


def _partial_date(text: str) -> str:
    text = re.sub(r"[ T]00:00:00(\.0+)?$", "", text)
    if not _PARTIAL_DATE.match(text):
        raise ValueError("a date such as 2025, 2025-07 or 2025-07-06")
    if len(text) == 10:
        datetime.date.fromisoformat(text)
    return text


Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_name)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_names)]
Text = Annotated[str, Field(max_length=4000)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Number = Annotated[float, Field(ge=-HUGE, le=HUGE, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, le=HUGE, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=-0.5, le=2, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Months = Annotated[float, Field(ge=0, le=1200, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, le=3650, allow_inf_nan=False)]
Date = Annotated[datetime.date, BeforeValidator(_date), Field(ge=datetime.date(1900, 1, 1), le=datetime.date(2200, 1, 1))]
PartialDate = Annotated[str, AfterValidator(_partial_date)]


class Row(BaseModel):
    """A row of a table: strict about unknown columns, and never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def col(
    meaning: str,
    unit: str = "",
    *,
    default: Any = ...,
    key: bool = False,
    ref: str = "",
    blank: str = "",
    evidence: bool = False,
) -> Any:
    """One column: what it means, its unit, whether it is a key, what it refers to, what a blank means.

    Units read `million` (of the row's currency), `currency/car`, `cars/year`, `heads`, `share` and so on.
    `evidence` marks numbers that should rest on a claim; they are what coverage counts.
    """
    extra: dict[str, JsonValue] = {"unit": unit, "key": key, "ref": ref, "blank": blank, "evidence": evidence}
    return Field(default, description=meaning, json_schema_extra=extra)


class Table(Row):
    """What every table has: a switch to leave a row out without deleting it, and room for notes."""

    status: Literal["include", "exclude"] = col("take the row into account, or leave it out", default="include")
    notes: Text = col("anything worth saying about the row", default="")
