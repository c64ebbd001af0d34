"""What a folder of sessions holds: its catalogue, what was noted, and how it is forgotten.

Comes in: session folders, ``covariates.tsv``, ``athletes/``, a watch's FIT or GPX file. Goes out:
tables with one row a session and side, or a stride.
"""
