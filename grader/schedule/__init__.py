"""The controlled scheduler: it runs a learner's threads one at a time, in every order that could matter, and finds the one that breaks them.

    source --instrument--> points --at()--> Execution --choose()--> strategy (search.py: bounded, then random; schedule.py: replay)
                                               |  ^
                  primitives, world: the standard library waits here, and starts its threads here
                                               v
                     history: what happened before what, so that equal states are met once

explore.py     runs a scenario over and over, and keeps the distinct outcomes with the schedule that led to each
instrument.py  a point before every visible operation of a module's source; points.py: what it calls; effects.py: what a call touches
execution.py   one execution: the baton, virtual time; controlled.py: its threads; primitives.py, world.py: locks and clocks under control
recording.py   what its threads did, as events in the learner's lines
search.py      which execution to try next; history.py: which are equal; schedule.py: a schedule as text, and following it
deadlock.py    who waits for whom; stuck.py: waiting for what is not under control

Runs in the worker; standard library only. What it finds are claims, as data: the verdict is the suite's.
"""
