"""What an exception that leaves a check means: the end of a worker, something that the learner's code raised, a machine that fails, our bug."""

import os
import traceback

from grader.model import Evidence, Message, Outcome, SourceLine
from grader.sandbox.jail import SandboxError

from . import check as rubric
from .fate import Fate
from .learner import Learner, Raised, Unfit, Unwritten, describe_fate, describe_raised


def exception(raised: BaseException, verdict: rubric.Verdict, learner: Learner | None) -> None:
    """Note in the check's `verdict` what the exception that left it means."""
    if isinstance(raised, Fate) and learner:
        message, evidence = describe_fate(learner, raised)
        verdict.outcome = raised.outcome
        verdict.messages.append(message)
        verdict.evidence += evidence
    elif isinstance(raised, Raised) and learner:
        verdict.messages.append(describe_raised(learner, raised))
        steps = tuple(f"line {line}, in {function}" for line, function in raised.error.frames)
        verdict.evidence.append(Evidence("raised", steps))
    elif isinstance(raised, Unfit):
        verdict.messages.append(raised.message)
    elif isinstance(raised, Unwritten):
        verdict.messages = [Message(str(raised))]
        verdict.evidence = [Evidence("unwritten")]
    elif isinstance(raised, rubric.NoVerdict):
        verdict.outcome = Outcome.INCONCLUSIVE
        verdict.messages.append(Message(str(raised)))
    elif isinstance(raised, SandboxError):
        verdict.outcome = Outcome.INCONCLUSIVE
        why = "A machine that is far too busy looks like this; `course doctor` says what it can do."
        verdict.messages = [Message(f"There was no process for this check to run in: {raised}.", why=why, reread=False)]
    elif isinstance(raised, Exception):
        verdict.outcome = Outcome.INCONCLUSIVE
        verdict.messages = [Message(f"This check itself is broken ({type(raised).__name__}): that is our fault, not yours.")]
        verdict.evidence = [our_fault(raised)]


def our_fault(error: BaseException) -> Evidence:
    """What went wrong in a check of ours. The traceback quotes the hidden suite: only for who asks for it."""
    whole = traceback.format_exception(error) if os.environ.get("COURSE_DEBUG") else traceback.format_exception_only(error)
    return Evidence("our fault", tuple(whole))


def failed_import(learner: Learner, raised: Raised) -> Message:
    """The one message for a file that cannot be imported."""
    error = raised.error
    if error.is_a("SyntaxError") and error.frames:
        number = error.frames[-1][0]
        what, column = (*error.args, "", 0)[:2]
        line = learner.source_line(number)
        indent = len(learner.raw_line(number)) - len(learner.raw_line(number).lstrip())
        column = max(0, column - indent) if isinstance(column, int) else 0
        return Message(
            f"{error.type} at line {number}: {what}.", (SourceLine(number, line.code, column),), "Nothing can run until it is gone."
        )
    said = f"{error.type}: {error.text}" if error.text else error.type
    if error.is_a("SystemExit"):
        return Message("Importing your file ended the program (SystemExit).", learner.where(error), "Ending belongs under the guard.")
    return Message(f"Importing your file raised {said}.", learner.where(error), "No check can run before the file can be imported.")
