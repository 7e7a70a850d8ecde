"""The grader of the course *thread-vs-process*: `course grade 03`.

`grader.grading.grade` is the heart; the layers around it are drawn in the module docstrings, from the top:

    cli -> grading -> suite -> sandbox
              |-> course, workspace, score, render -> model, errors
"""

__version__ = "0.1.0"
