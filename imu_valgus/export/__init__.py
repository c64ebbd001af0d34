"""A session out to other programs: one file a kind, one line in the registry ``EXPORTS``.

Comes in: a session folder, which is only read, and where its files shall land. Goes out: the files
of another program, each whole, beside whatever else stands there. A kind (:class:`Exporter`) writes
into an empty folder; ``export_session`` moves the files. Units, frames and signs of each kind stand
in its module.
"""

from imu_valgus.export.exporter import Exporter, ExportOptions
from imu_valgus.export.exporting import EXPORTS, export_session

__all__ = ["EXPORTS", "ExportOptions", "Exporter", "export_session"]
