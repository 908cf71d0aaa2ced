"""Rules of the order of calls that twenty real places brought up, each with a few made-up entries and no page."""

from __future__ import annotations

from typing import Any

import pytest

from browser.driving import Visitor
from support import Build

BED = {"c": "bed", "s": [[1, "Bed"]], "also": [], "ask": ["dv", "coc"], "leads": ["coc"]}
CARE = {"c": "care", "s": [[2, "Care"]], "also": [], "ask": [], "leads": []}
#: The middle from which miles are measured is the start of the scale: `m` is the distance itself.
ORDER = """async ([base, records, needs, age]) => {
    const { callOrder } = await import(base + 'assets/directory/call-order.js');
    const chosen = needs.map((need) => ({ need, named: [], services: new Set(need.s.map(([number]) => number)) }));
    const clocks = () => ({ date: '2026-11-18', minute: 0 });
    const place = { records, words: { zones: [], holidays: [] }, zone: 0, today: '2026-11-18', clocks, miles: ([far]) => far };
    return callOrder({ needs: chosen, things: [], age: age ?? undefined, language: '' }, place).map(({ record }) => record.i);
}"""


def entry(level: int, key: str, kind: str = "x", share: float | None = None, **facts: Any) -> list[Any]:
    cells = [level, {"i": key, "n": key, "t": kind, "p": [["303-555-0101"]], **facts}]
    return cells if share is None else [*cells, share]


@pytest.mark.parametrize(
    ("records", "needs", "age", "order"),
    [
        pytest.param(
            [
                entry(3, "far-bed", "youth", s=[1], m=[348]),
                entry(3, "near-bed", "youth", s=[1], m=[11]),
                entry(0, "own-program", "dv"),
                entry(0, "region", "coc"),
            ],
            [BED], None, ["own-program", "region", "near-bed", "far-bed"], id="who serves the county before who is elsewhere",
        ),
        pytest.param(
            [
                entry(3, "near-youth", "youth", s=[1], m=[11], q=[[None, 17, "a"]]),
                entry(0, "own-program", "dv"),
                entry(3, "far-youth", "youth", s=[1], m=[90], q=[[None, 17, "a"]]),
            ],
            [BED], 17, ["near-youth", "own-program", "far-youth"], id="near and yes to all that was ticked",
        ),
        pytest.param(
            [entry(0, "a-part", "coc", 0.16), entry(0, "most", "coc", 51.91), entry(0, "much", "coc", 47.64)],
            [BED], None, ["most", "much", "a-part"], id="by the part of the county",
        ),
        pytest.param(
            [entry(0, "small-part", share=4.7, s=[1]), entry(2, "listed", s=[1]), entry(0, "most", share=92, s=[1])],
            [BED], None, ["most", "listed", "small-part"], id="a small part is listed, no more",
        ),
        pytest.param(
            [
                entry(3, "web-only", "youth", s=[1], m=[1], p=None),
                entry(3, "far-number", "youth", s=[1], m=[340]),
                entry(3, "nothing", "youth", s=[1], p=None),
                entry(3, "unknown-far", "youth", s=[1]),
            ],
            [BED], None, ["unknown-far", "web-only", "far-number", "nothing"], id="elsewhere in the state",
        ),
        pytest.param(
            [entry(2, f"clinic-{n}", s=[2], m=[n]) for n in (1, 2, 3)] + [entry(3, "bed", "youth", s=[1], m=[40])],
            [BED, CARE], None, ["clinic-1", "bed", "clinic-2", "clinic-3"], id="needs take turns",
        ),
        pytest.param(
            [entry(2, "school", s=[2], m=[1], e="school"), entry(2, "bus", s=[2], e="mobile"), entry(2, "clinic", s=[2], m=[9])],
            [CARE], None, ["clinic", "school", "bus"], id="schools and what moves come last",
        ),
        pytest.param(
            [entry(2, "school", s=[2], m=[1], e="school"), entry(2, "clinic", s=[2], m=[9])],
            [CARE], 16, ["school", "clinic"], id="but not for who may be a student",
        ),
        pytest.param(
            [entry(2, "young", s=[1], y=[None, 21]), entry(2, "youth", s=[1], q=[[None, 17, "a"]]), entry(2, "all", s=[1], m=[50])],
            [BED], None, ["all", "young", "youth"], id="whose age is not known is asked",
        ),
        pytest.param(
            [entry(2, "all", s=[1], m=[50]), entry(2, "any-age", s=[1], y=[None, None], m=[1])],
            [BED], None, ["any-age", "all"], id="but not where every age is taken",
        ),
    ],
)  # fmt: skip
def test_order(
    visit: Visitor,
    fictional_site: Build,
    records: list[Any],
    needs: list[Any],
    age: int | None,
    order: list[str],
) -> None:
    visited = visit(fictional_site)
    page = visited.go("404.html")
    assert page.evaluate(ORDER, [visited.base, records, needs, age]) == order


STATE = """async ([base, spans, minute]) => {
    const { stateOf } = await import(base + 'assets/directory/call-hours.js');
    return stateOf(spans, { date: '2026-11-18', minute }, [], '2027-12-31');
}"""
HOUR, DAY_LONG = 60, 24 * 60


@pytest.mark.parametrize(
    ("spans", "minute", "said"),
    [
        pytest.param(
            [[0, 5 * DAY_LONG]], DAY_LONG + 10 * HOUR, {"state": "open", "until": 0, "lastDay": 4}, id="days away"
        ),
        pytest.param([[0, DAY_LONG]], 10 * HOUR, {"state": "open", "until": 0}, id="tonight at midnight"),
        pytest.param([[9 * HOUR, 17 * HOUR]], 18 * HOUR, {"state": "closed", "days": 7, "weekday": 0}, id="next week"),
        pytest.param([[9 * HOUR, 17 * HOUR]], 7 * HOUR, {"state": "closed", "days": 0, "weekday": 0}, id="today"),
    ],
)
def test_hours_far_off_name_their_day(
    visit: Visitor, fictional_site: Build, spans: list[Any], minute: int, said: dict[str, Any]
) -> None:
    visited = visit(fictional_site)
    found = visited.go("404.html").evaluate(STATE, [visited.base, spans, minute])
    assert {key: found.get(key) for key in said} == said and ("lastDay" in said) == (found.get("lastDay") is not None)
