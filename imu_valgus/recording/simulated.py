"""A simulated run → a session folder like any other, with the truth beside the signals."""

from pathlib import Path
from typing import Final

import numpy as np

from imu_valgus.recording.info import SensorInfo
from imu_valgus.recording.recording import Recording, assemble_recording
from imu_valgus.recording.session import write_session
from imu_valgus.simulation import SensorParams, SimulatedRun

TRUTH_NAME: Final = "truth.parquet"
"""The true knee angles, columns ``simulation.TRUTH_COLUMNS``, in session time; float32 degrees."""
TRUTH_CONTACTS_NAME: Final = "truth_contacts.csv"
"""The true contacts of the strides of running: side, initial_contact_s, toe_off_s."""

_MODEL: Final = "virtual sensor"


def write_simulated_session(
    session: Path,
    run: SimulatedRun,
    *,
    sensor: SensorParams,
    notes: str,
    impacts: bool = True,
    force: bool = False,
) -> Recording:
    """Write a simulated run as a session whose signals are marked ``computed``.

    Parameters
    ----------
    session : Path
    run : SimulatedRun
        Its reference sensor starts at 0 of the true session time, which is then the session's.
    sensor : SensorParams
        What the sensors are.
    notes : str
        What was simulated, sources and licences.
    impacts : bool
        Whether the accelerations carry the impacts of the feet.
    force : bool
        Replace a session that stands there.

    Raises
    ------
    RecordingError
        Where a session stands there already, or the disk is full or not to be written.
    """
    sensors = [
        SensorInfo(
            placement=placement,
            sampling_rate_hz=signal.sampling_rate_hz,
            clock="shared" if placement == run.reference else "own",
            signals="computed",
            impacts=impacts,
            model=_MODEL,
            acc_range_g=sensor.acc_range_g if np.isfinite(sensor.acc_range_g) else None,
            gyr_range_dps=sensor.gyr_range_dps if np.isfinite(sensor.gyr_range_dps) else None,
        )
        for placement, signal in run.signals.items()
    ]
    recording = assemble_recording(sensors, run.signals, notes=notes)

    def write_truth(folder: Path) -> None:
        angles = [name for name in run.truth.columns if name.endswith("_deg")]
        with (folder / TRUTH_NAME).open("wb") as file:
            run.truth.astype(dict.fromkeys(angles, np.float32)).to_parquet(
                file,
                compression="zstd",
                use_dictionary=["side"],
                use_byte_stream_split=["time_s", *angles],
            )
        run.contacts.to_csv(
            folder / TRUTH_CONTACTS_NAME, index=False, float_format="%.5f", lineterminator="\n"
        )

    write_session(session, recording, write_more=write_truth, force=force)
    return recording
