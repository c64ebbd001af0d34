"""Whether one runner has changed: along a run, between sessions, between the legs.

Comes in: analysed sessions and the errors of their numbers. Goes out: differences with intervals
and a verdict in words.
"""
