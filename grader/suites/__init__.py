"""The hidden suites, a folder for each exercise: suite.py, messages.py, probes.py, right/ and wrong/."""
