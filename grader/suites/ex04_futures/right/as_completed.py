# right: as_completed with one timeout, answers kept by future
from concurrent.futures import as_completed
from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    status: str
    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Cancelled:
    stopped: int
    too_late: int


def describe(future):
    if future.running():
        return "running"
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return "done" if future.exception() is None else "failed"


def report(future):
    match describe(future):
        case "done":
            return Settled("done", future.result())
        case "failed":
            return Settled("failed", error=future.exception())
        case status:
            return Settled(status)


def collect(futures, timeout=None):
    reports = {}
    try:
        for future in as_completed(futures, timeout=timeout):
            reports[future] = report(future)
    except TimeoutError:
        pass
    return [reports.get(future) or report(future) for future in futures]


def cancel_all(futures):
    tried = [f.cancel() for f in set(futures) if not f.cancelled()]
    return Cancelled(tried.count(True), tried.count(False))
