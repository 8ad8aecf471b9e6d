# ruff: noqa: E501 - a row of a table is one line, however long
"""A small case in which everything happens, and a plan for it that is written down by hand and obeys every rule."""

from __future__ import annotations

import datetime
from functools import cache

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.parse import schema
from brownfield.case.tables import TABLES
from brownfield.plan.plan import PLAN_TABLES, Plan

PERIODS = ("2026H1", "2026H2", "2027", "2028", "2029")


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a table of a case, with defaults where nothing is said."""
    return pl.DataFrame([TABLES[name].model_validate(row).model_dump() for row in rows], schema=schema(name))


def rows(text: str) -> list[dict[str, str]]:
    """A table as text: a header line, then lines, cells separated by blanks; `-` is a blank cell."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [
        {key: cell for key, cell in zip(lines[0], line, strict=True) if cell != "-"}
        for line in lines[1:]
    ]


CASE = {
    "companies": """
        company  role  opening_cash liquidity_floor revolver_limit revolver_now revolver_rate overhead
        Brio     owner 200          50              100            5            0.05          10
        Gast     guest -            -               0              0            0             0
        State    state -            -               0              0            0             0
    """,
    "plants": """
        plant company country state     decision   currency fixed_cost mothball_cost idling_cost reopening_cost closure_cost opening_cost site_value earliest_close earliest_open notice_months co2_fixed
        North -       DE      running   keep       -        30         -             0           0              0            0            0          -              -             0             1000
        South -       DE      running   may_close  -        12         -             0           0              40           0            15         2026-07-01     -             6             500
        West  -       GB      running   keep       GBP      8          2             3           4              0            0            0          -              -             0             0
        East  -       DE      potential may_open   -        10         -             0           0              0            60           0          -              2027-01-01    0             0
        Old   -       DE      running   must_close -        6          -             0           0              30           0            0          -              -             0             0
        Rest  -       DE      idle      keep       -        5          -             0           7              0            0            0          -              -             0             0
        Alien Gast    DE      running   keep       -        1          -             0           0              0            0            0          -              -             0             0
    """,
    "lines": """
        line    plant kind     jph availability crew fixed_cost shift_now max_products
        N-asm   North assembly 10  0.9          100  4          two       2
        N-body  North body     12  1            20   1          two       -
        S-asm   South assembly 5   1            60   2          one       -
        W-asm   West  assembly 5   1            50   2          -         -
        E-asm   East  assembly 8   1            40   3          -         -
        O-asm   Old   assembly 4   1            30   1          one       -
        R-asm   Rest  assembly 3   1            20   1          -         -
        R-spare Rest  assembly 3   1            10   1          -         -
        A-asm   Alien assembly 3   1            0    1          -         -
    """,
    "shift_models": """
        shift_model hours_per_week weeks_per_year crews pay_premium change_cost longest_run_months
        off         0              50             0     0           0.25        -
        one         40             50             1     0           1           -
        two         80             50             2     0.1         2           -
        over        90             50             2     0.2         0.5         12
    """,
    "products": """
        product company sop        eop        material_cost currency
        Fox     -       -          -          12000         -
        Hare    -       2027-01-01 -          15000         -
        Wolf    Gast    2027-01-01 -          0             -
    """,
    "routes": """
        product line    state    launch_cost launch_lead_months ramp_months load variable_cost max_rate co2
        Fox     N-asm   tooled   0           0                  0           1    400           24000    0.5
        Fox     N-body  tooled   0           0                  0           1    100           -        0.2
        Fox     S-asm   tooled   0           0                  0           1    500           -        0.5
        Fox     W-asm   tooled   0           0                  0           1    500           -        0.5
        Fox     O-asm   tooled   0           0                  0           1    600           -        0.5
        Fox     R-asm   tooled   0           0                  0           1    600           -        0.5
        Fox     R-spare tooled   0           0                  0           1    600           -        0.5
        Fox     E-asm   possible 9           0                  0           1    600           -        0.5
        Hare    E-asm   possible 20          6                  6           1    700           -        0.4
        Hare    N-asm   possible 15          18                 6           1    700           -        0.4
        Hare    N-body  tooled   0           0                  0           1    100           -        0.4
        Wolf    N-asm   possible 12          12                 12          1.5  300           -        0.4
        Wolf    N-body  tooled   0           0                  0           1    80            -        0.1
        Wolf    S-asm   tooled   0           0                  0           1    300           -        0.4
    """,
    "markets": """
        market country currency
        Home   DE      -
        Away   JP      JPY
    """,
    "demand": """
        product market period cars  net_price penalty
        Fox     Home   -      30000 20000     500
        Fox     Home   2029   30000 19000     500
        Fox     Away   -      12000 3000000   20000
        Hare    Home   -      14000 24000     1000
    """,
    "diversions": """
        product to_product share
        Hare    Fox        0.5
    """,
    "lanes": """
        plant market freight currency co2
        North Home   100     -        0.01
        North Away   900     -        0.2
        South Home   110     -        0.01
        South Away   910     -        0.2
        West  Home   90      GBP      0.1
        East  Home   120     -        0.01
        Old   Home   130     -        0.01
        Rest  Home   140     -        0.01
    """,
    "tariffs": """
        origin destination duty
        DE     JP          0.1
        GB     DE          0.05
    """,
    "people": """
        plant headcount indirect mothballed_heads cost_per_head attrition voluntary_cap voluntary_total voluntary_pay redundancy_cap redundancy_cost hire_cap hire_cost transfer_to transfer_cap transfer_cost
        North 340       100      0                50000         0.02      40            -               30000         200            60000           20       5000      East        -            8000
        South 100       40       0                50000         0.02      40            30              30000         200            60000           -        5000      North;East  60           8000
        West  70        20       5                45000         0.02      0             -               0             -              40000           -        5000      -           -            0
        East  0         20       0                45000         0.02      0             -               0             -              40000           -        4000      -           -            0
        Old   50        20       0                40000         0.02      40            -               25000         -              50000           -        5000      -           -            0
        Rest  8         6        8                40000         0.02      0             -               0             -              40000           -        3000      -           -            0
    """,
    "suppliers": """
        supplier plants      share days_now legal_cap capital_rate financing_rate payables_now
        Steel    North;South 0.4   45       90        0.06         -              10
        Glass    -           0.2   30       -         0.08         0.03           6
    """,
    "term_offers": """
        term     supplier extra_days price from_date  until_date agreed
        Steel+30 Steel    30         0.06  2027-01-01 2029-01-01 agreed
        Steel+40 Steel    40         0.06  -          -          asked
        Steel+44 Steel    44         0.01  -          -          agreed
        Glass+40 Glass    40         0     -          -          agreed
    """,
    "offers": """
        offer      kind  company plant lines       product fee_per_car fixed_fee price volume_min volume_max expected_take take_or_pay earliest_start latest_start length_months launch_share exit_fee people_taken people_min
        Host       host  Gast    -     N-asm;S-asm Wolf    2000        3         1.5   2000       8000       0.9           0.95        2026-07-01     2028-01-01   -             0.5          7        -            0
        Let_West   lease Gast    West  -           -       0           6         2     0          0          1             0           2027-01-01     2027-12-31   24            0            -        4            0
        Let_line   lease Gast    -     R-spare     -       0           1         0.5   0          0          1             0           2028-01-01     -            12            0            -        10           0
        Buy_Old    sale  Gast    Old   -           -       0           0         25    0          0          1             0           2027-07-01     -            -             0            -        30           0
        Aid        grant State   North -           -       0           4         2     0          0          1             0           2026-07-01     2026-07-01   24            0            5        -            300
    """,
    "rates": """
        currency period rate
        JPY      -      0.006
        JPY      2029   0.005
        GBP      -      1.2
    """,
    "policies": """
        policy    measure      scope                   period sense value kind   price
        shut      closures     -                       -      >=    2     hard   0
        stay      headcount    plant:North             -      >=    300   hard   0
        safe      liquidity    -                       -      >=    60    hard   0
        few       redundancies country:DE              -      <=    30    priced 0.01
        green     co2          -                       2029   <=    8000  priced 0.002
        sites     open_plants  plant:North;plant:South 2029   >=    2     priced 3
        wolves    makes        product:Wolf            2028   =     6000  priced 0.001
        buyers    lost_cars    market:Away             2027   <=    5000  priced 0.0005
        room      capacity     plant:North             2028   >=    45000 priced 0.0001
        deals     accepted     offer:Host              -      >=    1     hard   0
        cushion   liquidity    -                       2026H1 >=    400   priced 0.25
    """,
}  # fmt: skip

PLAN = {
    "sites": """
        plant 2026H1    2026H2    2027   2028   2029
        North open      open      open   open   open
        South open      open      closed closed closed
        West  open      idle      leased leased idle
        East  potential potential open   open   open
        Old   open      open      open   sold   sold
        Rest  idle      idle      idle   open   open
    """,
    "shifts": """
        line    2026H1 2026H2 2027 2028 2029
        N-asm   two    two    two  over two
        N-body  two    two    two  two  two
        S-asm   one    one    -    -    -
        W-asm   one    -      -    -    -
        E-asm   -      -      one  one  one
        O-asm   one    one    one  -    -
        R-asm   -      -      -    one  one
        R-spare -      -      -    one  -
    """,
    "makes": """
        product line    2026H1 2026H2 2027  2028  2029
        Fox     N-asm   10000  10000  20000 20000 20000
        Fox     N-body  10000  10000  20000 20000 20000
        Fox     S-asm   4000   4000   -     -     -
        Fox     W-asm   3000   -      -     -     -
        Fox     O-asm   3000   3000   7000  -     -
        Fox     R-asm   -      -      -     5000  5000
        Fox     R-spare -      -      -     1000  -
        Hare    E-asm   -      -      6000  10000 12000
        Wolf    N-asm   -      -      2700  5400  -
        Wolf    N-body  -      -      2700  5400  -
    """,
    "ships": """
        product plant market 2026H1 2026H2 2027  2028  2029
        Fox     North Home   4000   5000   15000 14000 15000
        Fox     North Away   6000   5000   5000  6000  5000
        Fox     South Home   4000   4000   -     -     -
        Fox     West  Home   3000   -      -     -     -
        Fox     Old   Home   3000   3000   7000  -     -
        Fox     Rest  Home   -      -      -     6000  5000
        Hare    East  Home   -      -      6000  10000 12000
    """,
    "lost": """
        product market 2026H1 2026H2 2027  2028  2029
        Fox     Home   1000   3000   11000 10000 10000
        Fox     Away   -      1000   7000  6000  7000
        Hare    Home   -      -      8000  4000  2000
    """,
    "people": """
        plant period headcount hires attrition voluntary redundant moved
        North 2026H1 340       2     2         0         0         0
        North 2026H2 340       0     0         0         0         0
        North 2027   340       0     0         0         0         0
        North 2028   340       0     0         0         0         0
        North 2029   340       0     0         0         0         0
        South 2026H1 100       0     0         0         0         0
        South 2026H2 100       0     0         0         0         0
        South 2027   0         0     0         20        35        0
        West  2026H1 70        0     0         0         0         0
        West  2026H2 10        0     0         0         60        0
        West  2027   0         0     0         0         6         4
        West  2029   5         5     0         0         0         0
        East  2027   60        15    0         0         0         0
        East  2028   60        0     0         0         0         0
        East  2029   60        0     0         0         0         0
        Old   2026H1 50        0     0         0         0         0
        Old   2026H2 50        0     0         0         0         0
        Old   2027   50        0     0         0         0         0
        Old   2028   0         0     1         4         15        30
        Rest  2026H1 8         0     0         0         0         0
        Rest  2026H2 8         0     0         0         0         0
        Rest  2027   8         0     0         0         0         0
        Rest  2028   36        28    0         0         0         0
        Rest  2029   26        0     0         0         0         10
    """,
    "diverted": """
        product to_product market period cars
        Hare    Fox        Home   2027   3000
    """,
    "launches": """
        product line  period
        Hare    E-asm 2027
    """,
    "transfers": """
        plant to_plant period heads
        South East     2027   45
    """,
    "contracts": """
        offer    line    start  exit
        Host     N-asm   2027   2029
        Let_West -       2027   -
        Let_line R-spare 2029   -
        Buy_Old  -       2028   -
        Aid      -       2026H2 -
    """,
    "guests": """
        offer line  period agreed made paid
        Host  N-asm 2027   3000   2700 2850
        Host  N-asm 2028   6000   5400 5700
    """,
    "terms": """
        supplier term     period
        Steel    Steel+30 2027
        Steel    Steel+30 2028
        Glass    Glass+40 2028
    """,
    "finance": """
        period revolver
        2027   20
    """,
}  # fmt: skip


@cache
def case() -> Case:
    """The case."""
    settings = Settings(
        name="works",
        base_currency="EUR",
        discount_rate=0.08,
        start=datetime.date(2026, 1, 1),
        periods=("2 halves", "3 years"),
        terminal_years=4,
    )
    return Case(settings, {name: table(name, list(rows(text))) for name, text in CASE.items()})


@cache
def plan() -> Plan:
    """The plan: it obeys every rule."""
    return Plan(case().digest, {name: _plan_table(name, rows(text)) for name, text in PLAN.items()})


def _plan_table(name: str, given: list[dict[str, str]]) -> pl.DataFrame:
    value = list(PLAN_TABLES[name])[-1]
    long: list[dict[str, object]] = []
    for row in given:
        spread = [period for period in PERIODS if period in row]
        key = {column: cell for column, cell in row.items() if column not in PERIODS}
        long += [{**key, "period": period, value: row[period]} for period in spread] if spread else [dict(row)]
    frame = pl.DataFrame(long, schema=dict.fromkeys(PLAN_TABLES[name], pl.String))
    return frame.cast(PLAN_TABLES[name])
