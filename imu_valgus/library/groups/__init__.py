"""Whether a group has changed, what a study can find, and what squats tell of running.

Comes in: one row a runner, session and leg. Goes out: estimates with intervals; runners are
counted, never strides.
"""
