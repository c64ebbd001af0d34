"""Files of no known format: what they seem to be, and what to do about it."""

from typing import Final

from imu_valgus.core import RecordingError
from imu_valgus.recording.readers.source import HEAD_BYTES, UTF16_MARKS, SeenFile, wrong
from imu_valgus.recording.readers.text_table import find_table

_EXPORT: Final = "export the recording as CSV"
_ZIP_MAGIC: Final = b"PK\x03\x04"


def unknown_file(seen: SeenFile, *, columns: str) -> RecordingError:
    """Make the error of a file that no format knows.

    Parameters
    ----------
    seen : SeenFile
    columns : str
        The columns that people may give a table of their own, in a line.
    """
    if seen.head.startswith(UTF16_MARKS):
        return wrong(seen.path, "UTF-16 text", line=1, hint="save it as UTF-8")
    if seen.head.startswith(_ZIP_MAGIC):
        return wrong(
            seen.path,
            "a zip archive of several files",
            hint="unpack it and name those of one sensor for one placement: "
            "left_thigh=Accelerometer.csv left_thigh=Gyroscope.csv",
        )
    endless = len(seen.head) == HEAD_BYTES and b"\n" not in seen.head
    if not seen.lines or endless:
        line = 1 + seen.head.partition(b"\0")[0].count(b"\n")
        return wrong(seen.path, "no text file", line=line, hint=_EXPORT)
    found = find_table(seen).columns
    if all(_is_number(name) for name in found):
        return wrong(
            seen.path,
            "numbers stand where the names of the columns belong",
            line=1,
            hint="put a header there, such as time_s,acc_x_g,acc_y_g,acc_z_g,gyr_x_dps,…",
        )
    return wrong(
        seen.path,
        f"no known columns: {','.join(found)[:60]}",
        line=1,
        hint=f"name them with their units: {columns}; or see what imu-valgus import --help lists",
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
