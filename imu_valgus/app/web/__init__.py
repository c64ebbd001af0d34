"""The coach's pages in a browser on the same machine: nothing is fetched from elsewhere.

Comes in: a folder of sessions, or a recording under way. Goes out: HTML
pages, JSON for their figures, files to download.
What the user edits goes into ``events.tsv`` and ``derived/``, never into ``raw/``.
"""

from imu_valgus.app.web.live_board import LiveBoard
from imu_valgus.app.web.pairing import Pairing
from imu_valgus.app.web.server import build_live, build_review
from imu_valgus.app.web.serving import Address, open_port, serve, serving_beside

__all__ = [
    "Address",
    "LiveBoard",
    "Pairing",
    "build_live",
    "build_review",
    "open_port",
    "serve",
    "serving_beside",
]
