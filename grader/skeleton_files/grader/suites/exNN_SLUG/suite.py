"""Hidden suite for exercise NN.

TODO: what is observed, and from where; what a worker says of itself is a claim.
"""

import random

from grader.suite.check import check, expect, probes
from grader.suite.learner import Learner
from grader.suite.rendezvous import Rendezvous
from grader.suites.exNN_SLUG import messages


@check("NNa.overlap", points=1, says="all calls are under way at once", about="the-idea")
def test_overlap(learner: Learner, referee: Rendezvous, draw: random.Random) -> None:
    count = draw.randint(3, 7)
    referee.hold()  # nobody is answered before all are in, or nothing moves any more: the peak is exact
    got = learner.attempt(messages.TASK, probes.work, list(range(count)))
    expect(referee.peak == count, lambda: messages.overlap(learner, got, referee.peak, count))
