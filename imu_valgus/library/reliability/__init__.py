"""How far numbers repeat when nothing has changed: ICC, SEM and MDC95, and the shipped errors.

Comes in: sessions that repeat one another. Goes out: one ``MetricError`` a metric, activity and
leg.
"""
