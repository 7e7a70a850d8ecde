"""A whole class at once: `course grade-all`, and what comes of it.

    DIR or zip --intake--> Found --read--> Submission --engine--> record --journal--> Report --> files, summary, exports
    roster.csv --roster--^                                (jobs)            (SQLite)

roster.py    who is in the class                    journal.py  what is done, safe from `kill -9`
intake.py    which file is whose, and what is not   record.py   a report as a row's text, and back
archive.py   the files of a zip, never unpacked     jobs.py     warm trusted processes, one launcher each
engines.py   where that is done: on this machine    cluster.py  or on the workers of a Dask cluster
terms.py     what all of a batch is graded with     batch.py    all of it in order
files.py     grades.csv, report.html, feedback/     exports.py  a batch for other programs
similar.py   whose files are alike                  autograder.py  the zip that Gradescope takes, with the scripts in gradescope/

What is shown and written is always read back from the journal, so a batch that was interrupted ends as one that was not.
"""
