"""What is left of a plan once everything discrete is chosen: volumes, people, agreed volumes, the revolver, misses.

A linear program, written from docs/maths.md one section at a time. Cars and heads are in thousands, so that everything is of
order one, and an amount "per car" divided by a thousand is in millions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import BEFORE, Facts
from .program import INF, ONE, ImpossibleError, K, Program, Solution, Terms, add, total

if TYPE_CHECKING:
    from .enumerate import Combo


def solve_rest(facts: Facts, combo: Combo) -> Solution | None:
    try:
        return Rest(facts, combo).solve()
    except ImpossibleError:
        return None


class Rest(Program):
    """The linear program of one choice."""

    def __init__(self, facts: Facts, combo: Combo) -> None:
        super().__init__(facts)
        self.combo = combo
        self.makes: dict[tuple[str, str, int], Terms] = {}
        self.sites()
        self.lines()
        self.offers()
        self.volumes()
        self.sales()
        self.people()
        self.suppliers()
        self.cash_and_policies()

    def sites(self) -> None:
        f = self.facts
        for plant, path in self.combo.states.items():
            row, before = f.plants[plant], BEFORE[f.plants[plant].state]
            for t, state in enumerate(path):
                if state == "open":
                    self.pay(t, -row.fixed_cost * f.years[t], row.currency, running=True)
                if state == "idle":
                    self.pay(t, -(row.mothball_cost or 0.0) * f.years[t], row.currency, running=True)
                if state == "closed" and before != "closed":
                    self.pay(t, row.site_value - row.closure_cost, row.currency)
                if state == "open" and before == "potential":
                    self.pay(t, -row.opening_cost, row.currency)
                if state == "idle" and before in ("open", "leased"):
                    self.pay(t, -row.idling_cost, row.currency)
                if state == "open" and before == "idle":
                    self.pay(t, -row.reopening_cost, row.currency)
                before = state

    def lines(self) -> None:
        f = self.facts
        for line, runs in self.combo.shifts.items():
            row = f.lines[line]
            people = f.people.get(row.plant)
            for t, model in enumerate(runs):
                if model is None:
                    continue
                shift = f.models[model]
                before = runs[t - 1] if t else (row.shift_now or model)
                if model != before:
                    self.pay(t, -shift.change_cost, shift.currency)
                if shift.crews > 0:
                    self.pay(t, -row.fixed_cost * f.years[t], row.currency, running=True)
                    if people is not None:
                        extra = people.cost_per_head * shift.pay_premium * row.crew * shift.crews / 1e6
                        self.pay(t, -extra * f.years[t], people.currency, running=True)
        for (car, line), start in self.combo.launches.items():
            route = f.routes[car, line]
            for t, weight in enumerate(f.lead_weights(start, route.launch_lead_months)):
                self.pay(t, -route.launch_cost * weight, route.currency)

    def offers(self) -> None:
        f = self.facts
        for c in self.combo.contracts:
            row = f.offers[c.offer]
            self.pay(c.start, row.price, row.currency)
            if row.kind == "sale":
                continue
            for t in range(c.start, c.end):
                self.pay(t, row.fixed_fee * f.years[t], row.currency)
            if c.exit is not None:
                self.pay(c.exit, -(row.exit_fee or 0.0), row.currency)
            if row.kind == "host":
                self.host(c.offer, c.line, c.start, c.end)

    def host(self, offer: str, line: str | None, start: int, end: int) -> None:
        f = self.facts
        row = f.offers[offer]
        assert line is not None and row.product is not None
        route = f.routes[row.product, line]
        if route.state == "possible":
            for t, weight in enumerate(f.lead_weights(start, route.launch_lead_months)):
                self.pay(t, -row.launch_share * route.launch_cost * weight, route.currency)
        for t in range(start, end):
            ramp = f.years[t] * f.ramp(start, route.ramp_months, t) / K
            agreed = self.var("agreed", offer, line, t, low=row.volume_min * ramp, high=row.volume_max * ramp)
            paid = max(row.expected_take, row.take_or_pay)
            self.pay(t, row.fee_per_car * paid / K, row.currency, agreed)
            add(self.makes.setdefault((row.product, line, t), {}), agreed, row.expected_take)

    def volumes(self) -> None:
        """What each line builds: own cars, guests on body and paint lines; full rate, ramp, capacity, stages."""
        f = self.facts
        for (car, line), route in f.routes.items():
            hosted = f.lines[line].kind == "assembly" and car not in f.mine
            start = 0 if route.state == "tooled" else self.combo.launches.get((car, line), f.T)
            for t in range(f.T):
                allowed = self.combo.built.get((line, t))
                most = f.full(car, line, t) / K if allowed is None or car in allowed else 0.0
                if hosted:
                    self.at_most(self.makes.get((car, line, t), {}), {ONE: most})
                    continue
                if route.state == "possible":
                    most = most * f.ramp(start, route.ramp_months, t) if start <= t else 0.0
                if most > 0 and self.combo.shifts[line][t] is not None:
                    self.makes[car, line, t] = self.var("makes", car, line, t, high=most)
        for (car, line, t), made in self.makes.items():
            self.pay(t, -f.routes[car, line].variable_cost / K, f.routes[car, line].currency, made, running=car in f.mine)
        for line, runs in self.combo.shifts.items():
            for t, model in enumerate(runs):
                load: Terms = {}
                for car in f.products:
                    if (car, line, t) in self.makes:
                        add(load, self.makes[car, line, t], f.routes[car, line].load)
                capacity = f.capacity(line, model, t) / K if model is not None else 0.0
                self.at_most(load, {ONE: capacity})
        for plant in f.plants:
            for car in f.products:
                for kind in ("body", "paint"):
                    if any(k == car and f.lines[n].plant == plant and f.lines[n].kind == kind for k, n in f.routes):
                        for t in range(f.T):
                            self.same(self.made(car, plant, kind, t), self.made(car, plant, "assembly", t))

    def made(self, car: str, plant: str, kind: str, t: int) -> Terms:
        """Cars of a product made on the lines of a kind at a plant."""
        f = self.facts
        lines = [n for n, x in f.lines.items() if x.plant == plant and x.kind == kind]
        return total(*(self.makes.get((car, n, t), {}) for n in lines))

    def sales(self) -> None:
        f = self.facts
        ships: dict[tuple[str, str, int], Terms] = {}
        sold: dict[tuple[str, str, int], Terms] = {}
        for t in range(f.T):
            for plant, car in ((i, k) for i in f.plants for k in f.products if k in f.mine):
                made = self.made(car, plant, "assembly", t)
                if not made:
                    continue
                material = f.products[car]
                self.pay(t, -material.material_cost / K, material.currency, made, running=True)
                for market in f.markets:
                    if (car, market, t) in f.demand and (not f.lanes or (plant, market) in f.lanes):
                        cars = self.var("ships", car, plant, market, t)
                        add(ships.setdefault((plant, car, t), {}), cars)
                        add(sold.setdefault((car, market, t), {}), cars)
                        self.freight_and_duty(car, plant, market, t, cars)
                self.same(made, ships.get((plant, car, t), {}))
        for (car, market, t), row in f.demand.items():
            wanted = f.wanted(car, market, t) / K
            lost = self.var("lost", car, market, t, high=wanted)
            missed = dict(lost)
            for (j, other), share in f.diversions.items():
                if j == car and (other, market, t) in f.demand:
                    moved = self.var("diverted", car, other, market, t)
                    self.at_most(moved, add({}, lost, share))
                    add(missed, moved, -1.0)
            currency = f.markets[market].currency
            self.pay(t, row["net_price"] / K, currency, sold.get((car, market, t), {}), running=True)
            self.pay(t, -row["penalty"] / K, currency, missed, running=True)
        for (car, market, t), _ in f.demand.items():
            left = add({("lost", car, market, t): 1.0}, sold.get((car, market, t), {}))
            right: Terms = {ONE: f.wanted(car, market, t) / K}
            for j in f.products:
                if ("diverted", j, car, market, t) in self.bounds:
                    right["diverted", j, car, market, t] = 1.0
            self.same(left, right)

    def freight_and_duty(self, car: str, plant: str, market: str, t: int, cars: Terms) -> None:
        f = self.facts
        lane = f.lanes.get((plant, market))
        if lane is not None:
            self.pay(t, -lane.freight / K, lane.currency, cars, running=True)
        duty = f.tariffs.get((f.plants[plant].country, f.markets[market].country), 0.0)
        price = f.demand[car, market, t]["net_price"]
        self.pay(t, -duty * price / K, f.markets[market].currency, cars, running=True)

    def people(self) -> None:
        f = self.facts
        for c in self.combo.contracts:
            offer = f.offers[c.offer]
            if offer.kind == "grant" and offer.plant not in f.people and offer.people_min > 0:
                raise ImpossibleError
        for plant, row in f.people.items():
            for t, state in enumerate(self.combo.states[plant]):
                there = state in ("open", "idle")
                low = self.needed(plant, t) / K
                for c in self.combo.contracts:
                    offer = f.offers[c.offer]
                    if offer.kind == "grant" and offer.plant == plant and c.runs(t):
                        low = max(low, offer.people_min / K)
                self.var("headcount", plant, t, low=low, high=INF if there else 0.0)
                length = f.years[t] / K
                self.var("hires", plant, t, high=INF if row.hire_cap is None else row.hire_cap * length)
                self.var("attrition", plant, t)
                self.var("voluntary", plant, t, high=row.voluntary_cap * length)
                self.var("redundant", plant, t, high=INF if row.redundancy_cap is None else row.redundancy_cap * length)
                self.var("moved", plant, t, high=self.taken_over(plant, t))
                for to in row.transfer_to:
                    if to in f.people:
                        self.var("transfer", plant, to, t)
        for plant, row in f.people.items():
            if row.voluntary_total is not None:
                self.at_most({("voluntary", plant, t): 1.0 for t in range(f.T)}, {ONE: row.voluntary_total / K})
            for t in range(f.T):
                self.heads(plant, t)

    def heads(self, plant: str, t: int) -> None:
        """The balance of people of a plant, and what it costs."""
        f = self.facts
        row = f.people[plant]
        before: Terms = {("headcount", plant, t - 1): 1.0} if t else {ONE: row.headcount / K}
        now: Terms = {("headcount", plant, t): 1.0}
        leaving = [("transfer", plant, to, t) for to in row.transfer_to if to in f.people]
        coming = [("transfer", other, plant, t) for other in f.people if ("transfer", other, plant, t) in self.bounds]
        change: Terms = {("hires", plant, t): 1.0, **dict.fromkeys(leaving, -1.0), **dict.fromkeys(coming, 1.0)}
        change |= {(way, plant, t): -1.0 for way in ("attrition", "voluntary", "redundant", "moved")}
        self.same(now, total(before, change))
        self.at_most({("attrition", plant, t): 1.0}, add({}, before, min(1.0, row.attrition * f.years[t])))
        self.at_most({("moved", plant, t): 1.0}, before)
        if row.transfer_cap is not None:
            self.at_most(dict.fromkeys(leaving, 1.0), {ONE: row.transfer_cap * f.years[t] / K})
        self.at_most(dict.fromkeys(coming, 1.0), now)
        self.pay(t, -row.cost_per_head * f.years[t] / K, row.currency, now, running=True)
        self.pay(t, -row.hire_cost / K, row.currency, {("hires", plant, t): 1.0})
        self.pay(t, -row.voluntary_pay / K, row.currency, {("voluntary", plant, t): 1.0})
        self.pay(t, -row.redundancy_cost / K, row.currency, {("redundant", plant, t): 1.0})
        self.pay(t, -row.transfer_cost / K, row.currency, dict.fromkeys(leaving, 1.0))

    def needed(self, plant: str, t: int) -> float:
        f = self.facts
        row, state = f.people[plant], self.combo.states[plant][t]
        heads = {"open": row.indirect, "idle": row.mothballed_heads}.get(state, 0.0)
        for line, runs in self.combo.shifts.items():
            model = runs[t]
            if f.lines[line].plant == plant and model is not None:
                heads += f.lines[line].crew * f.models[model].crews
        return heads

    def taken_over(self, plant: str, t: int) -> float:
        """Most people (thousands) whom buyers or tenants take over in the period."""
        f = self.facts
        most = 0.0
        for c in self.combo.contracts:
            offer = f.offers[c.offer]
            at = f.lines[c.line].plant if c.line is not None else offer.plant
            if offer.kind in ("sale", "lease") and at == plant and c.start == t:
                most += INF if offer.people_taken is None else offer.people_taken / K
        return most

    def suppliers(self) -> None:
        f = self.facts
        for group, row in f.suppliers.items():
            owed: Terms = {ONE: row.payables_now * f.rate(row.currency, 0)}
            for t in range(f.T):
                bought: Terms = {}
                for car in sorted(f.mine):
                    per_car = row.share * f.products[car].material_cost / K * f.rate(f.products[car].currency, t)
                    for plant in f.plants:
                        if not row.plants or plant in row.plants:
                            add(bought, self.made(car, plant, "assembly", t), per_car)
                term = self.combo.terms.get((group, t))
                extra = f.terms[term].extra_days if term is not None else 0.0
                now = add({}, bought, (row.days_now + extra) / 365 / f.years[t])
                add(self.flow[t], now)
                add(self.flow[t], owed, -1.0)
                if term is not None:
                    add(self.flow[t], bought, -f.terms[term].price * extra / 365)
                owed = now
            add(self.owed_end, owed)

    def cash_and_policies(self) -> None:
        """Overhead, interest, policies and their prices, then the balance of cash: prices weigh, but move no cash."""
        f = self.facts
        own = f.owner
        followed = own.opening_cash is not None
        for t in range(f.T):
            self.pay(t, -own.overhead * f.years[t], own.currency, running=True)
            if followed:
                start = f.rate(own.currency, 0)
                floor = -INF if own.liquidity_floor is None else own.liquidity_floor * start
                self.var("cash", t, low=floor)
                drawn = self.var("revolver", t, high=own.revolver_limit * start)
                add(self.flow[t], drawn, -own.revolver_rate * f.years[t])
        for name, t in f.policy_periods:
            self.policy(name, t)
        if not followed:
            return
        assert own.opening_cash is not None
        cash: Terms = {ONE: own.opening_cash * f.rate(own.currency, 0)}
        drawn = {ONE: own.revolver_now * f.rate(own.currency, 0)}
        for t in range(f.T):
            row = total(cash, self.flow[t], {("revolver", t): 1.0})
            cash = {("cash", t): 1.0}
            self.same(cash, add(row, drawn, -1.0))
            drawn = {("revolver", t): 1.0}

    def policy(self, name: str, t: int) -> None:
        f = self.facts
        row = f.policies[name]
        value, unit = self.measured(name, t)
        target: Terms = {ONE: row.value / unit}
        short: Terms = {}
        over: Terms = {}
        if row.kind == "priced":
            short = self.var("short", name, t) if row.sense != "<=" else {}
            over = self.var("over", name, t) if row.sense != ">=" else {}
            add(self.prices[t], total(short, over), -row.price * unit * f.rate(row.currency, t))
        if row.sense != "<=":
            self.at_most(target, total(value, short))
        if row.sense != ">=":
            self.at_most(value, total(target, over))

    def measured(self, name: str, t: int) -> tuple[Terms, float]:
        """What a policy measures in a period, and the unit in which it is given here (1 or a thousand)."""
        from .enumerate import capacity_a_year, counted

        f = self.facts
        measure, a_year = f.policies[name].measure, 1 / f.years[t]
        fixed = counted(f, name, t, self.combo.states, self.combo.contracts)
        if fixed is not None:
            return {ONE: fixed}, 1.0
        sites = [i for i in f.plants if f.in_scope(name, plant=i)]
        if measure == "capacity":
            return {ONE: capacity_a_year(f, name, t, self.combo.shifts) / K}, K
        if measure == "headcount":
            return {("headcount", i, t): 1.0 for i in sites if i in f.people}, K
        if measure == "redundancies":
            return {("redundant", i, t): a_year for i in sites if i in f.people}, K
        if measure == "liquidity":
            limit = f.owner.revolver_limit * f.rate(f.owner.currency, 0)
            return {("cash", t): 1.0, ("revolver", t): -1.0, ONE: limit}, 1.0
        value: Terms = {}
        if measure == "makes":
            for (car, line, s), made in self.makes.items():
                at = f.lines[line]
                if s == t and at.kind == "assembly" and f.in_scope(name, plant=at.plant, product=car):
                    add(value, made, a_year)
        if measure == "lost_cars":
            for kind, *key in self.bounds:
                sign = {"lost": a_year, "diverted": -a_year}.get(kind)
                if sign is not None and key[-1] == t and f.in_scope(name, product=key[0], market=key[-2]):
                    value[(kind, *key)] = sign
        if measure == "co2":
            value = self.emissions(name, t)
        return value, K

    def emissions(self, name: str, t: int) -> Terms:
        """Thousand tonnes a year of the sites in scope, of what they build and of what they ship."""
        f = self.facts
        value: Terms = {}
        sites = [i for i in f.plants if f.in_scope(name, plant=i)]
        fixed = sum(f.plants[i].co2_fixed for i in sites if self.combo.states[i][t] == "open")
        add(value, {ONE: fixed / K})
        for (car, line, s), made in self.makes.items():
            if s == t and f.lines[line].plant in sites:
                add(value, made, f.routes[car, line].co2 / f.years[t])
        for kind, *key in self.bounds:
            if kind == "ships" and key[-1] == t and key[1] in sites and f.lanes:
                value[(kind, *key)] = f.lanes[key[1], key[2]].co2 / f.years[t]
        return value
