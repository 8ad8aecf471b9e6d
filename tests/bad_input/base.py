"""A small valid case that uses every table, as text, and edits that spoil it."""

# ruff: noqa: E501 - tables are read across

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from brownfield.case.claim_id import claim_id
from brownfield.case.tables import TABLES, keys

Sheet = list[dict[str, str]]
Sheets = dict[str, Sheet]
Edit = Callable[["Draft"], None]

TOML = """\
name = "base"
base_currency = "EUR"
discount_rate = 0.08
start = 2026-01-01
periods = ["4 quarters", "2 years"]
"""

BASE = """\
companies: company, role, opening_cash, liquidity_floor, revolver_limit, revolver_now, revolver_rate, overhead
Aoi, owner, 900, 500, 300, 50, 0.04, 20
Tanuki, guest
Bento, supplier
Kanagawa, state

plants: plant, company, country, region, latitude, longitude, state, decision, fixed_cost, mothball_cost, closure_cost, earliest_close, notice_months, earliest_open
North, , JP, Kanto, 35.3, 139.6, running, may_close, 60, , 120, 2026-07-01, 6,
South, Aoi, JP, Kyushu, , , running, keep, 50, 4, 0, , 0,
West, , GB, Wear, , , idle, keep, 30, 3, 0, , 0,
East, , HU, , , , potential, may_open, 25, , 0, , 0, 2026-10-01
Old, , JP, Kanto, , , closed, keep, 0, , 0, , 0,
Den, Tanuki, TW, , , , running, keep, 10, , 0, , 0,

lines: line, plant, kind, jph, availability, crew, fixed_cost, shift_now, max_products
N1, North, assembly, 50, 0.9, 800, 5, two, 3
N2, North, body, 55, 0.9, 200, 2, two,
S1, South, assembly, 40, 0.95, 700, 4, one,
S2, South, paint, 40, 0.95, 100, 1, one,
W1, West, assembly, 30, 0.9, 500, 3, ,
E1, East, assembly, 45, 0.95, 600, 4, ,
D1, Den, assembly, 20, 1, , 1, one,

shift_models: shift_model, hours_per_week, weeks_per_year, crews, pay_premium, change_cost, longest_run_months
idle, 0, 48, 0, 0, 1,
one, 40, 48, 1, 0, 1,
two, 80, 48, 2, 0.05, 2, 36

products: product, company, family, powertrain, sop, eop, material_cost
Nova, , B, hybrid, , 2028-07-01, 9000
Luna, Aoi, C, electric, 2026-04-01, , 15000
Terra, , C, combustion, , , 11000
Civet, Tanuki, G, electric, 2026-06-01, , 0

routes: product, line, state, launch_cost, launch_lead_months, ramp_months, load, variable_cost, max_rate
Nova, N1, tooled, 0, 0, 0, 1, 300,
Nova, N2, tooled, 0, 0, 0, 1, 50,
Luna, S1, tooled, 0, 0, 0, 1.1, 350, 90000
Luna, N1, possible, 80, 9, 6, 1.1, 350,
Terra, S1, tooled, 0, 0, 0, 1, 320,
Terra, W1, tooled, 0, 0, 0, 1, 340,
Terra, E1, possible, 150, 12, 6, 1, 330,
Civet, N1, possible, 60, 9, 6, 1.2, 300,
Civet, N2, tooled, 0, 0, 0, 1, 50,
Civet, D1, tooled, 0, 0, 0, 1, 300,

markets: market, country, currency
Japan, JP, JPY
Europe, DE,

demand: product, market, period, cars, net_price, penalty
Nova, Japan, , 80000, 2000000, 0
Nova, Japan, 2027, 70000, 2000000, 0
Luna, Europe, 2026, 30000, 30000, 100
Luna, Europe, 2027, 50000, 30000, 100
Terra, Europe, , 60000, 22000, 0
Terra, Japan, 2026Q1, 5000, 2500000, 0

diversions: product, to_product, share
Nova, Luna, 0.3
Nova, Terra, 0.2

lanes: plant, market, freight
North, Japan, 100
South, Japan, 150
South, Europe, 900
West, Europe, 200
East, Europe, 150

tariffs: origin, destination, duty
JP, DE, 0.1
GB, DE, 0

people: plant, headcount, indirect, mothballed_heads, cost_per_head, attrition, voluntary_cap, voluntary_total, hire_cap, transfer_to, transfer_cap
North, 2600, 600, 0, 60000, 0.03, 300, 900, , South; West, 100
South, 1400, 500, 60, 55000, 0.03, 200, , 400, ,
West, 80, 300, 50, 50000, 0.02, 0, , , ,
East, 0, 200, 0, 30000, 0, 0, , , ,

suppliers: supplier, plants, share, days_now, legal_cap, capital_rate, financing_rate, payables_now
Steel, , 0.3, 60, 120, 0.08, 0.03, 150
Seats, North; South, 0.2, 30, 60, 0.09, , 40

term_offers: term, supplier, extra_days, price, from_date, until_date, agreed
Steel30, Steel, 30, 0.08, 2026-04-01, 2028-01-01, agreed
Seats15, Seats, 15, 0.05, , , asked

offers: offer, kind, company, plant, lines, product, fee_per_car, fixed_fee, price, volume_min, volume_max, expected_take, take_or_pay, earliest_start, latest_start, length_months, launch_share, exit_fee, people_taken, people_min
Host, host, Tanuki, , N1, Civet, 1500, 2, 0, 10000, 60000, 0.9, 0.8, 2026-10-01, 2027-12-31, 24, 0.5, 30, ,
Rent, lease, Tanuki, West, , , 0, 12, 0, 0, 0, , 0, , , 24, 0, , 200,
Bay, lease, Bento, , S1, , 0, 3, 0, 0, 0, , 0, , , , 0, , ,
Sale, sale, Tanuki, North, , , 0, 0, 200, 0, 0, , 0, , , , 0, , 1000,
Grant, grant, Kanagawa, North, , , 0, 5, 0, 0, 0, , 0, , , 24, 0, 20, , 2000

guest_values: offer, car_value, cars_wanted
Host, 4000, 50000

alternatives: alternative, company, product, kind, cost_per_car, fixed_cost, opening_cost, cars_max, earliest_open
Another host, Tanuki, Civet, other host, 2100, 3, 0, 30000, 2027-01-01

rates: currency, period, rate
JPY, , 0.006
JPY, 2028, 0.0061

policies: policy, measure, scope, period, sense, value, kind, price
Few closures, closures, , , <=, 2, hard, 0
Jobs in Japan, headcount, country:JP, 2027, >=, 1000, priced, 0.05
Nova stays, makes, product:Nova; plant:North, 2026, >=, 10, hard, 0
Cash, liquidity, , , >=, 100, hard, 0

line_limits: line, takt, overload, station_cost, operator_cost, colour_run
N1, 72, 0.1, 0.2, 0.1, 15
S1, , , , ,

stations: station, line, place, zone, tools, operators
N1-1, N1, 1, trim, , 1
N1-2, N1, 2, trim, lift; glue, 2
N1-3, N1, 3, chassis, lift, 1
S1-1, S1, 1, , , 1

tasks: task, kind, zone, tool
harness, assembly, trim
seats, assembly, , lift
glass, assembly, , glue
axle, assembly, chassis
hook

options: option, most, among, level
roof, 1, 3, high
towbar, 2, 5, low
badge

option_shares: product, option, share
Nova, towbar, 0.2
Nova, roof, 0.3
Civet, badge, 1

task_times: product, task, option, seconds
Nova, harness, , 50
Nova, seats, , 40
Nova, glass, , 30
Nova, axle, , 45
Nova, hook, towbar, 20
Civet, harness, , 60
Civet, seats, , 42
Civet, axle, , 55

precedence: before, after
harness, seats
harness, axle
seats, glass

task_groups: group, kind, tasks
Lifted, together, seats; glass
Dirty, apart, harness; axle

assignments: line, task, station, may_move, move_cost
N1, harness, N1-1, yes, 0.5
N1, glass, N1-2, no,
N1, axle, N1-3

mixes: line, product, share
N1, Nova, 3
N1, Civet, 1

colours: colour, share
white, 5
red, 1

buffers: station, places
N1-1, 4
N1-2, 2

breakdowns: station, minutes_up, minutes_down
N1-1, 200, 5
N1-2, 400, 3

uncertainties: uncertainty, product, market, distribution, middle, spread, low, high, chance, growth, growth_spread
Economy, , , normal, 1, 0.1, , 1.5, , 0.01, 0.02
Nova at home, Nova, Japan, triangular, 1, , 0.7, 1.2, , ,
Luna, Luna, , lognormal, 1, 0.3, , , , ,
Takes, Civet, , two-point, , , 0.4, 1, 0.8, ,

correlations: first, second, correlation
Economy, Luna, 0.5
Luna, Nova at home, -0.2
Takes, Economy, 0.3

shocks: shock, product, market, chance, factor, length_months, earliest_start
Tariff war, , Japan, 0.1, 0.6, 18, 2027-01-01

futures: future, meaning, probability, status
Good, as hoped, 0.4, exclude
Bad, as feared, 0.6, exclude

future_demand: future, product, market, period, factor
Bad, Nova, , , 0.7
Bad, Nova, Japan, 2028, 0.5
Good, Civet, , , 0.9

scenarios: scenario, meaning, weight
Weak, demand falls, 1
Dear, closing costs more, 2

changes: change, scenario, table, row, column, action, value
Weak demand, Weak, demand, *, cars, multiply, 0.8
Weak Nova, Weak, demand, Nova|Japan|, cars, set, 50000
Dear North, Dear, plants, North, closure_cost, add, 40

sources: source, title, publisher, published, retrieved, kind, derived_from
Filing, Annual report, Aoi, 2025-05, 2025-06-01, filing,
Daily, Aoi to close North, The Daily, 2025-06-02, 2025-06-03, named press,
Echo, Aoi may close North, Echo, 2025-06-03, 2025-06-03, translation, Daily

claims: claim, source, subject, property, table, row, column, value, low, high, quote, standing, rank, why
, Filing, North, cost of closing, plants, North, closure_cost, 120, 100, 150, closing costs about 120 million, official, preferred, the company's own figure
, Daily, North, cost of closing, plants, North, closure_cost, 90, , , , reported, normal,
, Echo, North, day of closing, plants, North, earliest_close, 2026-07-01, , , , denied, normal,
, Daily, Nova, demand, demand, Nova|Japan|2027, cars, 65000, , , , estimate, deprecated, superseded
, Daily, promise, closures, policies, Few closures, value, 3, , , , reported, normal,
, Filing, Aoi, history, , , , founded in 1933, , , , official, normal,
"""
"""Every table, a paragraph each: name and columns, then the rows; trailing blanks may be left out."""


def base_sheets() -> Sheets:
    """The tables of the base case as text, by column."""
    sheets: Sheets = {}
    for paragraph in BASE.strip().split("\n\n"):
        head, *body = paragraph.split("\n")
        name, columns = head.split(": ")
        header = columns.split(", ")
        rows = [[cell.strip() for cell in line.split(",")] for line in body]
        assert all(len(row) <= len(header) for row in rows), name
        sheets[name] = [dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True)) for row in rows]
    first = sheets["claims"][0]
    first["claim"] = claim_id({**first, "low": float(first["low"]), "high": float(first["high"])})
    assert list(sheets) == list(TABLES)
    return sheets


class Draft:
    """A case on its way to a folder: tables that edits can spoil, and files that they can replace."""

    def __init__(self) -> None:
        self.sheets = base_sheets()
        self.headers = {name: list(rows[0]) for name, rows in self.sheets.items()}
        self.files: dict[str, bytes | None] = {"case.toml": TOML.encode()}

    def row(self, table: str, key: str) -> dict[str, str]:
        """The last row with this key, its parts separated by |."""
        return self.sheets[table][self.place(table, key)]

    def place(self, table: str, key: str) -> int:
        """Place of the last row with this key, from 0; a number is a place, -1 the last row."""
        if key.lstrip("-").isdigit():
            return range(len(self.sheets[table]))[int(key)]
        names = ["|".join(row.get(name, "") for name in keys(table)) for row in self.sheets[table]]
        return max(i for i, name in enumerate(names) if name == key)

    def csv(self, table: str) -> bytes:
        """One table as the bytes of its file."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.headers[table])
        writer.writerows([row.get(name, "") for name in self.headers[table]] for row in self.sheets[table])
        return file.getvalue().encode()

    def write(self, folder: Path) -> Path:
        """The case as a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        files: Mapping[str, bytes | None] = {f"{name}.csv": self.csv(name) for name in self.sheets} | self.files
        for name, data in files.items():
            if data is not None:
                (folder / name).write_bytes(data)
        return folder


def put(table: str, key: str, /, **cells: str) -> Edit:
    """Other values in one row."""

    def edit(draft: Draft) -> None:
        draft.headers[table] += [name for name in cells if name not in draft.headers[table]]
        draft.row(table, key).update(cells)

    return edit


def add(table: str, /, **cells: str) -> Edit:
    """A row more."""

    def edit(draft: Draft) -> None:
        draft.headers[table] += [name for name in cells if name not in draft.headers[table]]
        draft.sheets[table].append(cells)

    return edit


def drop(table: str, *names: str) -> Edit:
    """Rows less: those with these keys, or all of them when none is named."""

    def edit(draft: Draft) -> None:
        for name in names:
            draft.sheets[table].pop(draft.place(table, name))
        if not names:
            draft.sheets[table].clear()

    return edit


def head(table: str, old: str, new: str | None) -> Edit:
    """Another name for a column, or none: the column is gone."""

    def edit(draft: Draft) -> None:
        i = draft.headers[table].index(old)
        draft.headers[table][i : i + 1] = [] if new is None else [new]
        for row in draft.sheets[table]:
            row[new or old] = row.get(old, "")

    return edit


def setting(old: str, new: str) -> Edit:
    """Another text in case.toml."""

    def edit(draft: Draft) -> None:
        assert old in TOML
        draft.files["case.toml"] = TOML.replace(old, new).encode()

    return edit


def file(name: str, data: bytes | Callable[[bytes], bytes] | None) -> Edit:
    """Other bytes in a file, or no file."""

    def edit(draft: Draft) -> None:
        before = draft.csv(name[:-4]) if name[:-4] in draft.sheets else TOML.encode()
        draft.files[name] = data(before) if callable(data) else data

    return edit
