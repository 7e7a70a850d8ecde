"""Report to text: pure functions that see only `model`. Printing is the command line's affair.

terminal.py   what a person reads         data.py    JSON, and its schema in report.schema.json         junit.py   for CI systems
timeline.py   who did what when           html.py    one file for a browser, with svg.py and graph.py    trace.py    for Perfetto
lives.py      a lesson's program's threads  overview.py what a class came to, for classroom.py (a screen) and class_page.py (a browser)
feedback.py   what one person is told
clean.py      learners' text made harmless: every renderer passes it through here
"""
