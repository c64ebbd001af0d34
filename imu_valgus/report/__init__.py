"""The coach's report: one HTML page of a session, and the figures that other pages share.

Comes in: a session folder with ``derived/summary.json``, ``strides.parquet`` and, where a leg has
two sensors, ``angles.parquet``. Goes out: ``derived/report.html``, which opens offline. Degrees as
in those files: valgus positive inwards, zero at standing unless a label says otherwise.
``write_validation`` makes the page of ours against an optical reference.
``figures`` holds pure functions from arrays and tables to Plotly figures.
"""

from imu_valgus.report.page import write_report
from imu_valgus.report.validation import write_validation

__all__ = ["write_report", "write_validation"]
