"""The untrusted side: what starts, limits and serves the process that runs a learner's file.

Standard library only, and nothing of the rest of `grader`: the same package is imported by the trusted process (for `client`,
`jail` and `wire`) and, under the name `sandbox`, by a bare interpreter that knows nothing else.

    trusted process      client.py      starts the launcher, asks it for a keeper
                         jail.py        asks a keeper for one worker per check
      +- launcher        launcher.py    imports the standard library once; forks keepers
           +- keeper     keeper.py      one per submission, or per check in a watch; forks workers; leaves no process of a check alive
                +- worker  worker.py    one per check; imports the learner's file and answers requests

`levels.py` names the levels of isolation, `selftest.py` finds the one to be had, `containment.py` puts each role in it, with `linux.py`,
`allow_list.py` and `system_calls.py` for what the kernel is told.
"""
