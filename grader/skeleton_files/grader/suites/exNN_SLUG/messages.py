"""What exercise NN tells a learner, mistake by mistake: what was seen, what was expected, why that happens."""

from typing import Any

from grader.model import Message
from grader.suite.learner import Learner, came

TASK = "run_SLUG"


def overlap(learner: Learner, got: Any, peak: int, count: int) -> Message:
    if peak == 1:
        text = f"fn was called for {count} items, one after another. Expected all {count} calls at once."
        return Message(text, learner.lines(".join", TASK), "join() waits for that thread before the next one is started.")
    text = f"{TASK} {came(got)}, and {peak} of {count} calls were under way at once. Expected all {count}."
    return Message(text, learner.where(got), "Each call needs a thread of its own, and the caller waits for all of them.")
