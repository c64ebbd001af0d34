"""What the exports of Xsens and Movella have in common: names of columns, and what is left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from imu_valgus.core import RecordingError
from imu_valgus.recording.readers.source import wrong
from imu_valgus.recording.readers.text_table import Table

ACC: Final = ("Acc_X", "Acc_Y", "Acc_Z")
GYR: Final = ("Gyr_X", "Gyr_Y", "Gyr_Z")
COUNTER: Final = "PacketCounter"
TICKS: Final = "SampleTimeFine"

_OTHER_QUANTITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "acceleration without gravity (FreeAcc)": ("FreeAcc_",),
    "increments (dq, dv)": ("dq_", "dv[", "OriInc_", "VelInc_", "iq_", "iv_"),
    "orientation": ("Quat_", "Euler_", "Mat[", "Roll"),
}


def check_quantities(table: Table, hint: str) -> None:
    """Raise RecordingError unless a table holds acceleration and angular velocity.

    Parameters
    ----------
    table : Table
    hint : str
        How to record or export them.
    """
    missing = [
        name
        for name, columns in (("acceleration with gravity", ACC), ("angular velocity", GYR))
        if not any(column in table.columns for column in columns)
    ]
    if missing:
        raise _incomplete(table, missing, hint)


def _incomplete(table: Table, missing: Sequence[str], hint: str) -> RecordingError:
    found = [
        name
        for name, beginnings in _OTHER_QUANTITIES.items()
        if any(column.startswith(beginnings) for column in table.columns)
    ]
    holds = f"holds {', '.join(found)}, but " if found else "holds "
    return wrong(
        table.path,
        f"{holds}no {' and no '.join(missing)}",
        line=table.dialect.names_line,
        hint=hint,
    )


def preamble(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what the lines above a table say, ``name: value``."""
    for line in lines:
        name, colon, value = line.strip("/ ").partition(":")
        if colon:
            yield name.strip().casefold(), value.strip(", ")
