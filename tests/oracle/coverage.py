"""Which features of docs/maths.md a case switches on, and which of them its best plan makes use of.

`python -m oracle.coverage 240 > oracle/witnesses.py` (in tests/) finds a seed for each, and prints how often each is on and active.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from .enumerate import Answer, best
from .facts import Facts
from .program import K
from .random_case import random_case

TINY = 1e-6


def switched(facts: Facts) -> set[str]:
    """Features that the tables of a case speak of."""
    f, on = facts, set[str]()

    def note(feature: str, found: Iterable[object]) -> None:
        if any(found):
            on.add(feature)

    sites = f.plants.values()
    note("closing", (x.decision == "may_close" for x in sites))
    note("must close", (x.decision == "must_close" for x in sites))
    note("notice", (x.notice_months and x.decision != "keep" for x in sites))
    note("earliest close", (x.earliest_close and x.decision != "keep" for x in sites))
    note("site value", (x.site_value for x in sites))
    note("mothballing", (x.mothball_cost is not None for x in sites))
    note("starts idle", (x.state == "idle" for x in sites))
    note("may open", (x.decision == "may_open" for x in sites))
    note("earliest open", (x.decision == "may_open" and x.earliest_open for x in sites))
    note("stays closed", (x.state in ("closed", "potential") and x.decision == "keep" for x in sites))
    note("plant of another company", (x not in f.plants for x in f.case.active("plants")["plant"]))
    note("excluded row", (x != "include" for x in f.case.table("plants")["status"]))
    shifts = f.models.values()
    note("several shift models", [len(f.models) > 1])
    note("unstaffed shift model", (s.crews == 0 for s in shifts))
    note("premium", (s.pay_premium for s in shifts))
    note("change cost", (s.change_cost and len(f.models) > 1 for s in shifts))
    note("longest run", (s.longest_run_months for s in shifts))
    note("line fixed cost", (x.fixed_cost for x in f.lines.values()))
    note("max products", (x.max_products is not None for x in f.lines.values()))
    note("body line", (x.kind == "body" for x in f.lines.values()))
    note("paint line", (x.kind == "paint" for x in f.lines.values()))
    own = [r for (k, _), r in f.routes.items() if k in f.mine]
    note("launch", (r.state == "possible" for r in own))
    note("launch lead", (r.launch_lead_months for r in own))
    note("ramp", (r.ramp_months and r.state == "possible" for r in own))
    note("load", (r.load != 1 for r in own))
    note("max rate", (r.max_rate is not None for r in own))
    note("sop", (x.sop for x in f.products.values()))
    note("eop", (x.eop for x in f.products.values()))
    note("currencies", (x.currency for x in (*sites, *f.lines.values(), *f.markets.values(), *f.products.values())))
    note("dated rates", (x for x in f.case.active("rates")["period"] if x))
    note("lanes", f.lanes)
    note("duty", f.tariffs)
    note("diversion", f.diversions)
    note("penalty", (d["penalty"] for d in f.demand.values()))
    note("dated demand", (x for x in f.case.active("demand")["period"] if x))
    note("terminal value", [f.case.settings.terminal_years])
    note("overhead", [f.owner.overhead])
    return on | _people_on(f) | _deals_on(f)


def _people_on(f: Facts) -> set[str]:
    if not f.people:
        return {"no people"}
    rows = f.people.values()
    found = {
        "people": True,
        "attrition": any(r.attrition for r in rows),
        "voluntary leave": any(r.voluntary_cap for r in rows),
        "voluntary total": any(r.voluntary_total is not None and r.voluntary_cap for r in rows),
        "redundancy": any(r.redundancy_cap is None or r.redundancy_cap for r in rows),
        "redundancy cap": any(r.redundancy_cap is not None for r in rows),
        "hiring": any(r.hire_cap is None or r.hire_cap for r in rows),
        "hire cap": any(r.hire_cap is not None for r in rows),
        "transfers": any(r.transfer_to for r in rows),
        "transfer cap": any(r.transfer_to and r.transfer_cap is not None for r in rows),
    }
    return {feature for feature, there in found.items() if there}


def _deals_on(f: Facts) -> set[str]:
    on = set[str]()
    for offer in f.offers.values():
        on |= _offer_features(f, offer.offer)
    for term in f.terms.values():
        group = f.suppliers[term.supplier]
        days = group.days_now + term.extra_days
        on |= {"supplier term"} if any(f.usable(term.term, t) for t in range(f.T)) else {"unusable term"}
        on |= {"term not agreed"} if term.agreed != "agreed" else set()
        on |= {"term beyond legal cap"} if group.legal_cap is not None and days > group.legal_cap else set()
        on |= {"term not at its price"} if term.price < group.capital_rate else set()
        on |= {"term in a window"} if term.from_date or term.until_date else set()
        on |= {"waiting price"} if term.price else set()
        on |= {"no-cost term"} if term.price < group.capital_rate and any(f.usable(term.term, t) for t in range(f.T)) else set()
    on |= {"payables"} if f.suppliers else set()
    if f.owner.opening_cash is not None:
        on |= {"cash"} | ({"floor"} if f.owner.liquidity_floor is not None else {"no floor"})
        on |= {"revolver"} if f.owner.revolver_limit else set()
        on |= {"revolver at start"} if f.owner.revolver_now else set()
    for name, _ in f.policy_periods:
        policy = f.policies[name]
        on |= {f"{policy.kind} {policy.measure}", f"policy {policy.sense}"} | ({"scope"} if policy.scope else set())
    return on


def _offer_features(f: Facts, name: str) -> set[str]:
    offer = f.offers[name]
    leased = "lease of a line" if offer.lines else "lease of a plant"
    on = {leased if offer.kind == "lease" else offer.kind}
    on |= {"offer window"} if offer.earliest_start or offer.latest_start else set()
    on |= {"offer length"} if offer.length_months is not None and offer.kind != "sale" else set()
    on |= {"exit fee"} if offer.exit_fee is not None and offer.kind != "sale" else set()
    on |= {"people taken"} if offer.people_taken is not None else set()
    if offer.kind == "grant":
        on |= {"grant for people"} if offer.people_min else set()
    if offer.kind == "host":
        on |= {"take-or-pay"} if offer.expected_take < offer.take_or_pay else {"expected take"} if offer.expected_take < 1 else set()
        on |= {"least volume"} if offer.volume_min else set()
        routes = [r for (k, _), r in f.routes.items() if k == offer.product]
        on |= {"guest launch"} if offer.launch_share and any(r.state == "possible" for r in routes) else set()
        on |= {"guest ramp"} if any(r.ramp_months for r in routes) else set()
        on |= {"guest on body or paint"} if any(f.lines[n].kind != "assembly" for k, n in f.routes if k == offer.product) else set()
    return on


def active(facts: Facts, answer: Answer) -> set[str]:
    """Features that matter in the best plan: used, binding, or paid for."""
    if answer.combo is None or answer.rest is None:
        return {"infeasible"}
    f, values = facts, answer.rest.values
    on = switched(f)
    used = {
        "stays closed", "plant of another company", "excluded row", "several shift models", "payables", "cash", "no floor", "people",
        "no people", "terminal value", "overhead", "currencies", "dated rates", "dated demand", "revolver at start", "scope",
        "unusable term", "term not agreed", "term beyond legal cap", "term not at its price", "load", "sop",
        "policy =", "policy <=", "policy >=", "starts idle",
    } & on  # fmt: skip
    flows = {kind: {} for kind in ("ships", "lost", "diverted", "makes", "agreed", "transfer", "revolver", "cash", "short", "over")}
    for (kind, *key), value in values.items():
        flows.setdefault(kind, {})[tuple(key)] = value
    if any(v > TINY for v in flows["diverted"].values()):
        used.add("diversion")
    for (_, plant, market, _), cars in flows["ships"].items():
        if cars > TINY:
            used |= {"lanes"} if f.lanes and f.lanes[plant, market].freight else set()
            used |= {"duty"} if f.tariffs.get((f.plants[plant].country, f.markets[market].country)) else set()
    if any(v > TINY and f.demand[key]["penalty"] for key, v in flows["lost"].items()):
        used.add("penalty")
    used |= _sites_used(f, answer) | _lines_used(f, answer, flows["makes"]) | _people_used(f, values) | _deals_used(f, answer)
    for name, t in f.policy_periods:
        policy = f.policies[name]
        missed = flows["short"].get((name, t), 0.0) + flows["over"].get((name, t), 0.0)
        if policy.kind == "hard" or missed > TINY:
            used.add(f"{policy.kind} {policy.measure}")
    return used & on


def _sites_used(f: Facts, answer: Answer) -> set[str]:
    used = set[str]()
    for plant, path in answer.combo.states.items():
        row = f.plants[plant]
        used |= {"line fixed cost"} if "open" in path else set()
        used |= {"mothballing"} if "idle" in path and row.mothball_cost is not None else set()
        used |= {"may open", "earliest open"} if row.state == "potential" and "open" in path else set()
        if "closed" in path and row.state != "closed":
            used |= {"closing", "notice"} if row.notice_months else {"closing"}
            used |= {"earliest close"} if row.earliest_close else set()
            used |= {"site value"} if row.site_value else set()
            used |= {"must close"} if row.decision == "must_close" else set()
    return used


def _lines_used(f: Facts, answer: Answer, makes: dict[tuple[object, ...], float]) -> set[str]:
    combo = answer.combo
    used = {"max products"} if combo.built else set()
    for line, runs in combo.shifts.items():
        before: str | None = f.lines[line].shift_now or runs[0]
        for model in runs:
            if model is not None:
                used |= {"change cost"} if model != before else set()
                used |= {"premium"} if f.models[model].pay_premium and f.lines[line].crew else set()
                used |= {"unstaffed shift model"} if not f.models[model].crews else set()
                used |= {"longest run"} if f.models[model].longest_run_months else set()
            before = model
    for (car, line), start in combo.launches.items():
        route = f.routes[car, line]
        used |= {"launch"} | ({"launch lead"} if route.launch_lead_months else set())
        used |= {"ramp"} if route.ramp_months and f.ramp(start, route.ramp_months, start) < 1 else set()
    for (car, line, t), cars in makes.items():
        kind = f.lines[line].kind
        used |= {f"{kind} line"} if cars > TINY and kind != "assembly" else set()
        used |= {"guest on body or paint"} if cars > TINY and kind != "assembly" and car not in f.mine else set()
        route = f.routes[car, line]
        tight = route.max_rate is not None and cars * K > 0.999 * f.years[t] * route.max_rate
        used |= {"max rate"} if tight else set()
        used |= {"eop"} if cars > TINY and f.products[car].eop and f.calendar.active_share(None, f.products[car].eop)[t] < 1 else set()
    return used


def _people_used(f: Facts, values: dict[tuple[object, ...], float]) -> set[str]:
    used = set[str]()
    words = {"attrition": "attrition", "voluntary": "voluntary leave", "redundant": "redundancy", "hires": "hiring"}
    words["moved"] = "people taken"
    for plant, row in f.people.items():
        for t in range(f.T):
            used |= {word for way, word in words.items() if values[way, plant, t] > TINY}
            for way, cap, word in (
                ("redundant", row.redundancy_cap, "redundancy cap"), ("hires", row.hire_cap, "hire cap"),
            ):  # fmt: skip
                used |= {word} if cap is not None and values[way, plant, t] * K > 0.999 * cap * f.years[t] > TINY else set()
            out = sum(values[n] for n in values if n[0] == "transfer" and n[1] == plant and n[3] == t)
            used |= {"transfers"} if out > TINY else set()
            cap = row.transfer_cap
            used |= {"transfer cap"} if cap is not None and out * K > 0.999 * cap * f.years[t] else set()
        left = sum(values["voluntary", plant, t] for t in range(f.T))
        used |= {"voluntary total"} if row.voluntary_total is not None and left * K > 0.999 * row.voluntary_total else set()
    return used


def _deals_used(f: Facts, answer: Answer) -> set[str]:
    combo, values = answer.combo, answer.rest.values
    used = set[str]()
    for c in combo.contracts:
        used |= _offer_features(f, c.offer) - {"exit fee", "people taken", "guest launch", "guest ramp", "guest on body or paint"}
        used |= {"exit fee"} if c.exit is not None else set()
        offer = f.offers[c.offer]
        if offer.kind == "host":
            route = f.routes[offer.product, c.line]
            used |= {"guest launch"} if route.state == "possible" else set()
            used |= {"guest ramp"} if route.ramp_months else set()
    for name in combo.terms.values():
        term = f.terms[name]
        used |= {"supplier term"} | ({"waiting price"} if term.price else set())
        used |= {"term in a window"} if term.from_date or term.until_date else set()
        used |= {"no-cost term"} if term.price < f.suppliers[term.supplier].capital_rate else set()
    floor = f.owner.liquidity_floor
    for t in range(f.T):
        used |= {"revolver"} if values.get(("revolver", t), 0.0) > TINY else set()
        if floor is not None and ("cash", t) in values:
            used |= {"floor"} if values["cash", t] < floor * f.rate(f.owner.currency, 0) + 1e-4 else set()
    return used


def counts(seeds: Iterable[int]) -> dict[str, int]:
    """In how many of the cases each feature is switched on."""
    found: dict[str, int] = {}
    for seed in seeds:
        for feature in switched(Facts(random_case(seed))):
            found[feature] = found.get(feature, 0) + 1
    return found


def main(cases: int) -> None:
    on, used, witness, tried = counts(range(cases)), {}, {}, 0
    for seed in range(cases):
        case = random_case(seed)
        answer = best(case)
        tried += answer.tried
        for feature in active(Facts(case), answer):
            used[feature] = used.get(feature, 0) + 1
            witness.setdefault(feature, seed)
    for feature in sorted({*on, *used}):
        print(f"# {feature:28} on {on.get(feature, 0):4}  active {used.get(feature, 0):4}", file=sys.stderr)
    print(f"# {tried} choices tried", file=sys.stderr)
    print(WITNESSES)
    for feature in sorted({*on, *used}):
        print(f'    "{feature}": {witness.get(feature)},')
    print("}")


WITNESSES = '''"""For each feature a seed whose best plan makes use of it; made by `python -m oracle.coverage 240 > oracle/witnesses.py`."""

WITNESSES = {'''


if __name__ == "__main__":
    main(int(sys.argv[1]))
