"""The report as JUnit XML, in the dialect that pytest writes: one test suite a submission, one test case a check."""

from collections.abc import Iterable
from xml.etree import ElementTree

from grader.model import Outcome, Report, Result

from .clean import clean


def reports(reports: Iterable[Report]) -> str:
    """One document for these reports."""
    root = ElementTree.Element("testsuites", name="course")
    for report in reports:
        outcomes = [result.outcome for result in report.results]
        failures = sum(outcome not in (Outcome.PASSED, *_SKIPPED) for outcome in outcomes)
        skipped = sum(outcome in _SKIPPED for outcome in outcomes)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=report.exercise.module,
            tests=str(len(outcomes)),
            failures=str(failures),
            errors="0",
            skipped=str(skipped),
            time=f"{report.seconds:.3f}",
        )
        properties = ElementTree.SubElement(suite, "properties")
        who = {"who": clean(report.submission.who)} if report.submission.who else {}
        facts = who | {"earned": report.earned, "possible": report.possible, "seed": report.seed, "isolation": report.isolation.level}
        for name, value in facts.items():
            ElementTree.SubElement(properties, "property", name=name, value=str(value))
        for result in report.results:
            _case(suite, result)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


_SKIPPED = (Outcome.WAITING, Outcome.INCONCLUSIVE)


def _case(suite: ElementTree.Element, result: Result) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=result.check.task, name=f"{result.check.id}: {result.check.says}", time="0")
    if result.outcome is Outcome.PASSED:
        return
    text = "\n".join(said(result))
    tag = "skipped" if result.outcome in _SKIPPED else "failure"
    first = clean(result.messages[0].text) if result.messages else ""
    ElementTree.SubElement(case, tag, type=str(result.outcome), message=first).text = text


def said(result: Result) -> Iterable[str]:
    """What the messages of a result say, harmless: a line each for the text, the learner's lines and the reason."""
    for message in result.messages:
        yield clean(message.text)
        yield from (f"line {line.number}: {clean(line.code)}" for line in message.lines)
        if message.why:
            yield clean(message.why)
