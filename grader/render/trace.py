"""The timelines as Chrome trace events, for Perfetto, chrome://tracing and speedscope: one complete event ("X") a call, in microseconds.

The format: "Trace Event Format", the Chromium project's document. Each check under each start method has processes of its own there, because
each begins at zero.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from grader.model import Report, Timeline

from .clean import clean


def reports(reports: Iterable[Report]) -> str:
    """One document for these reports."""
    events: list[dict[str, Any]] = []
    processes = 0
    for report in reports:
        for result in report.results:
            for timeline in result.timelines:
                title = f"{result.check.id} under {timeline.method}" if timeline.method else result.check.id
                events += _events(timeline, title, processes + 1)
                processes += len({lane.process for lane in timeline.lanes})
    return json.dumps({"displayTimeUnit": "ms", "traceEvents": events}, indent=1) + "\n"


def _events(timeline: Timeline, title: str, first: int) -> Iterator[dict[str, Any]]:
    """The events of one timeline, whose processes are numbered from `first`: names first, then the calls."""
    pids = {process: first + number for number, process in enumerate(dict.fromkeys(lane.process for lane in timeline.lanes))}
    tids = {lane: number for number, lane in enumerate(timeline.lanes, 1)}
    for process, pid in pids.items():
        yield {"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": {"name": f"{title}: {process}"}}
    for lane, tid in tids.items():
        yield {"ph": "M", "name": "thread_name", "pid": pids[lane.process], "tid": tid, "args": {"name": lane.name}}
    for span in timeline.spans:
        begin = round(span.begin * 1e6)
        yield {
            "ph": "X",
            "name": clean(span.what),
            "cat": "call",
            "ts": begin,
            "dur": round(span.end * 1e6) - begin,
            "pid": pids[span.lane.process],
            "tid": tids[span.lane],
            "args": {"answered": span.answered},
        }
