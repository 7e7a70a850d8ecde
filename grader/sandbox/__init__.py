"""The untrusted side: what starts, limits and serves the process that runs a learner's file.

Standard library only, and nothing of the rest of `grader`: the same package is imported by the trusted process (for `client` and
`wire`) and, under the name `sandbox`, by a bare interpreter that knows nothing else.

    trusted process      client.py      starts the launcher, asks for a keeper, then for one worker per check
      +- launcher        launcher.py    imports the standard library once; forks keepers
           +- keeper     keeper.py      one per submission; forks workers; leaves no process of a check alive
                +- worker  worker.py    one per check; imports the learner's file and answers requests

`containment.py` is the seam for a stronger jail: each role calls one function of it as it starts.
"""
