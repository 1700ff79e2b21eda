"""The flow of a month's visits to free days, see ``visit_cycle``."""

from collections import defaultdict
from heapq import heappop, heappush

# What it costs: a week further off, somebody else, another area's day, a fuller day.
_WEEK, _OTHER, _AREA, _LOAD = 1000, 300, 40, 10


def week_of(day):
    """Weeks of a month, 1 to 4: days 1–7, 8–14, 15–21, and the rest."""
    return min((day.day - 1) // 7 + 1, 4)


class Month:
    """The flow from visits over weeks of an account to days of a person.

    A week of an account lets one visit through, so that those of one account are never
    in the same week; a day of a person as many as there is room for, each at a higher
    price, so that the load is even.
    """

    def __init__(self, dues, weeks, days, area_days):
        self.days, self.area_days = days, area_days
        self.edges = []
        self.leaving = defaultdict(list)
        # What is taken off the price between two nodes, so that none is negative.
        self.level = defaultdict(int)
        self.weeks = weeks
        self.of_person = defaultdict(list)
        for (person, day), (room, taken) in sorted(days.items()):
            if room:
                self.of_person[person].append(day)
            for nth in range(room):
                self._edge(("day", person, day), None, _LOAD * (taken + nth))
        for due in dues:
            self._add_account(due)

    def _add_account(self, due):
        visited = {week_of(day) for day in due.held}
        reached = set()
        for nth_person, person in enumerate(dict.fromkeys(due.people)):
            for day in self.of_person[person]:
                week = week_of(day)
                if week in visited or not due.goes(person, day):
                    continue
                reached.add(week)
                cost = _OTHER if nth_person else 0
                if due.area and (person, due.area, day) not in self.area_days:
                    cost += _AREA
                self._edge(("week", due.account, week), ("day", person, day), cost)
        for nth, best in enumerate(self.weeks[due.account]):
            for week in sorted(reached):
                off = abs(week - best) if best else 0
                visit = ("visit", due.account, nth)
                self._edge(visit, ("one", due.account, week), _WEEK * off)
        for week in sorted(reached):
            self._edge(("one", due.account, week), ("week", due.account, week), 0)

    def _edge(self, from_, to, cost):
        """An edge for one visit, and its way back: ``[to, open, cost]``."""
        self.leaving[from_].append(len(self.edges))
        self.edges.append([to, True, cost])
        self.leaving[to].append(len(self.edges))
        self.edges.append([from_, False, -cost])

    def place(self, due, nth):
        """Find this visit a day, by moving others where that is needed or better: the
        cheapest way to a day with room (Dijkstra's, by reduced costs)."""
        source = ("visit", due.account, nth)
        level, edges = self.level, self.edges
        level[source] = max(
            (level[edges[each][0]] - edges[each][2] for each in self.leaving[source]),
            default=0,
        )
        cost, came, done = {source: 0}, {}, set()
        queue = [(0, 0, source)]
        pushed = 0
        while queue:
            so_far, _order, node = heappop(queue)
            if node in done:
                continue
            if node is None:
                break
            done.add(node)
            for number in self.leaving[node]:
                to, open_, price = edges[number]
                if not open_ or to in done:
                    continue
                total = so_far + price + level[node] - level[to]
                if to not in cost or total < cost[to]:
                    cost[to], came[to] = total, number
                    pushed += 1
                    heappush(queue, (total, pushed, to))
        else:
            return False
        for each in done:
            level[each] += cost[each] - so_far
        while node != source:
            number = came[node]
            edges[number][1], edges[number ^ 1][1] = False, True
            node = edges[number ^ 1][0]
        return True

    def chosen(self):
        """(account, person, day) of all that were placed."""
        for there, back in zip(self.edges[::2], self.edges[1::2], strict=True):
            from_, (to, open_, _cost) = back[0], there
            if not open_ and from_[0] == "week":
                yield from_[1], *to[1:]
