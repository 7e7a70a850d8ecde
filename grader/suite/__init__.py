"""The trusted side of a check: pytest runs a hidden suite here, talks to the worker, and watches it from outside.

check.py         @check and expect: what a suite is written with
learner.py       the learner's module as the suite sees it: calls, probes, and messages about what came back
conversation.py  one worker from first request to last: one loop, which decides how a check ends when the worker does not answer
tree.py          what the kernel says of the worker's processes
witness.py       callers held and let go; rendezvous.py and site.py are the two kinds
plugin.py        the pytest plugin: collects once, runs the items for each submission, turns reports into results
"""
