"""Many sessions: what a folder of them holds, how repeatable its numbers are, what has changed.

Comes in: analysed session folders (``derived/``), and what was noted of runner and day.
Goes out: tables and frozen results with their intervals; nothing here draws or prints.
"""
