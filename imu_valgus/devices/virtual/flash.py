"""The flash of a virtual sensor, in files: it outlives the process, as flash outlives a reset."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.core import FloatArray

RECORD_SAMPLES: Final = 166
"""What one record of 2048 bytes holds: less is not written until the session is closed."""
SECTOR_SAMPLES: Final = 2 * RECORD_SAMPLES
_SAMPLE_BYTES: Final = 48
"""Six numbers of 64 bits: nothing is lost in them, and no format need be kept."""


@dataclass(frozen=True, slots=True)
class StoredHeader:
    """What belongs to a session in flash besides its samples.

    Its first sample was taken at ``first_tick`` of the clock of ``boot_id``. ``wraps``: the oldest
    samples make room for new ones.
    """

    session_id: int
    boot_id: int
    first_tick: int
    wraps: bool
    closed: bool = False


class Flash:
    """All sessions that a sensor holds in its flash.

    Parameters
    ----------
    folder : Path
        One file a session, and its header beside it.
    capacity : int
        Samples in all sessions together.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder, self.capacity = folder, capacity
        folder.mkdir(parents=True, exist_ok=True)
        found = [StoredHeader(**json.loads(p.read_text())) for p in folder.glob("*.json")]
        self.headers = {one.session_id: one for one in sorted(found, key=lambda h: h.session_id)}
        self._written = {
            session_id: self._samples(session_id).stat().st_size // _SAMPLE_BYTES
            for session_id in self.headers
        }

    @property
    def free(self) -> int:
        """How many samples still fit."""
        held = sum(stop - first for first, stop in map(self.held, self.headers))
        return max(0, self.capacity - held)

    def held(self, session_id: int) -> tuple[int, int]:
        """Return the indices [first, stop) that are held of a session."""
        stop = self._written[session_id]
        if not self.headers[session_id].wraps:
            return 0, stop
        others = sum(n for other, n in self._written.items() if other != session_id)
        return max(0, stop - max(self.capacity - others, 0)), stop

    def begin(self, header: StoredHeader) -> None:
        """Open a session."""
        self.headers[header.session_id] = header
        self._written[header.session_id] = 0
        self._samples(header.session_id).write_bytes(b"")
        self._write_header(header)

    def append(self, session_id: int, values: FloatArray) -> int:
        """Write what fits of (k, 6) samples behind what is there; return how many that were."""
        if not self.headers[session_id].wraps:
            values = values[: max(self.free, 0)]
        with self._samples(session_id).open("ab") as file:
            file.write(values.astype("<f8").tobytes())
        self._written[session_id] += len(values)
        return len(values)

    def close(self, session_id: int) -> None:
        """Mark a session as complete."""
        self.headers[session_id] = replace(self.headers[session_id], closed=True)
        self._write_header(self.headers[session_id])

    def read(self, session_id: int, first: int, stop: int) -> FloatArray:
        """Return the samples [first, stop) of a session, (k, 6), which must be held."""
        with self._samples(session_id).open("rb") as file:
            file.seek(first * _SAMPLE_BYTES)
            content = file.read((stop - first) * _SAMPLE_BYTES)
        return np.frombuffer(content, dtype="<f8").reshape(-1, 6)

    def erase(self, session_id: int) -> None:
        """Forget a session; nothing happens where there is none."""
        if self.headers.pop(session_id, None) is not None:
            del self._written[session_id]
            self._samples(session_id).unlink()
            self._header(session_id).unlink()

    def _write_header(self, header: StoredHeader) -> None:
        self._header(header.session_id).write_text(json.dumps(asdict(header)))

    def _header(self, session_id: int) -> Path:
        return self._folder / f"{session_id:08x}.json"

    def _samples(self, session_id: int) -> Path:
        return self._folder / f"{session_id:08x}.f64"
