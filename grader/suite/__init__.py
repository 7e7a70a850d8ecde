"""The trusted side of a check: pytest runs a hidden suite here, talks to the worker, and watches it from outside.

check.py         @check and expect: what a suite is written with
learner.py       the learner's module as the suite sees it: calls, probes, and messages about what came back
conversation.py  one worker from first request to last: one loop
watch.py         looking at the worker's processes, and what a look decides when the worker does not answer
tree.py          what the kernel says of the worker's processes; clocks.py: what may still move them; stacks.py: where their threads are
witness.py       callers held and let go; rendezvous.py and site.py are the two kinds
runner.py        collects a suite once, runs its items for each submission (lanes.py: side by side), and makes results of them
plugin.py        the pytest plugin under it; subject.py: the submission that runs now; interpret.py: what an exception means
"""
