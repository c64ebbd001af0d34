"""Make the recordings of this folder anew, byte for byte (``poe recordings``).

The same code, sources and packages of requirements.lock give the same files.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from imu_valgus.app.cli import commands
from imu_valgus.core import Placement
from imu_valgus.recording import import_files, write_session, write_simulated_session
from imu_valgus.simulation import MeasuredRunParams, read_markers, simulate_measured_run

HERE: Final = Path(__file__).parent
SHARED_DATA: Final = HERE.parents[1] / "shared" / "data"

TREADMILL_RUN: Final = "rbds001_treadmill-run"
LOWER_BODY: Final = "xio_lower-body"
TRACK_RUN: Final = "simulated_track-run"

TRACK_RUN_OPTIONS: Final = (
    *("--minutes", "3", "--seed", "1"),
    *("--valgus-peak", "left=6,right=9", "--valgus-drift", "left=0,right=2"),
)
TREADMILL_NOTES: Final = (
    "Computed, not measured: virtual sensors with realistic errors on measured poses. "
    "Poses: optical markers of subject RBDS001, 30 s of treadmill running at 2.5 m/s; Fukuchi, "
    "Fukuchi, Duarte 2017, doi:10.7717/peerj.3298, CC BY 4.0, from "
    "github.com/regifukuchi/BMC-RIC-running-biomechanics at ebe9c5c; changed as said here. "
    "The source has one second of standing: its mean pose is held for 12 s before and after the "
    "run, and the two pass into each other within 1 s at each end. Markers low-passed at 15 Hz: "
    "the accelerations carry no impacts. The truth is the angle between the marker shells that the "
    "sensors ride on, soft tissue included, not that of the bones; contacts from the foot's "
    "markers and the knee."
)
TREADMILL_LICENCE: Final = """\
# Licence of this session

The motion was measured by others: subject RBDS001 (files `RBDS001static` and
`RBDS001runT25markers`) of

> Fukuchi RK, Fukuchi CA, Duarte M (2017). A public dataset of running biomechanics and the effects
> of running speed on lower extremity kinematics and kinetics. PeerJ 5:e3298,
> doi:10.7717/peerj.3298

from github.com/regifukuchi/BMC-RIC-running-biomechanics at ebe9c5c, licensed under the Creative
Commons Attribution 4.0 International licence, CC BY 4.0:
https://creativecommons.org/licenses/by/4.0/

Changed: sensors were computed on the markers, and standing added before and after the run, as
`session.json` says in its notes. The markers themselves are not in this folder. What is here may be
passed on under the same licence, with this attribution.
"""
LOWER_BODY_NOTES: Final = (
    "Measured with five x-IMU3 sensors at about 50 Hz. x-io Technologies, "
    "github.com/xioTechnologies/IMU-Mocap at 0f0e7c9, MIT licence (raw/LICENSE.md). What the "
    "person did is not documented. The files under raw/ are as they came."
)
LOWER_BODY_FOLDERS: Final[dict[Placement, str]] = {
    "left_thigh": "Left_Upper_Leg",
    "left_shank": "Left_Lower_Leg",
    "right_thigh": "Right_Upper_Leg",
    "right_shank": "Right_Lower_Leg",
    "pelvis": "pelvis",
}


def make_treadmill_run(source: Path, session: Path) -> None:
    """Lay virtual sensors on the markers of RBDS001, which are in the folder ``source``."""
    params = MeasuredRunParams(seed=1)
    run = simulate_measured_run(
        read_markers(source / "RBDS001static.txt.gz"),
        read_markers(source / "RBDS001runT25markers.txt.gz"),
        params=params,
    )
    write_simulated_session(
        session, run, sensor=params.sensor, notes=TREADMILL_NOTES, impacts=False, force=True
    )
    (session / "LICENSE.md").write_text(TREADMILL_LICENCE, encoding="utf-8")


def make_lower_body(source: Path, session: Path) -> None:
    """Import the x-IMU3 files of the folder ``source``."""
    files: list[tuple[Placement, Path]] = [
        (placement, source / folder / "Inertial.csv")
        for placement, folder in LOWER_BODY_FOLDERS.items()
    ]
    recording = import_files(files)
    write_session(
        session,
        replace(recording, info=replace(recording.info, notes=LOWER_BODY_NOTES)),
        raw_files=[
            *((f"{placement}/{path.name}", path) for placement, path in files),
            ("LICENSE.md", source / "LICENSE.md"),
        ],
        force=True,
    )


def make_track_run(session: Path) -> None:
    """Simulate a short track run, as the command in README.md does."""
    commands(
        ["simulate", *TRACK_RUN_OPTIONS, "--to", str(session), "--force"], standalone_mode=False
    )


def main(
    data: Annotated[Path, typer.Argument(help="Where rbds001/ and xio_lower_body/ are.")] = (
        SHARED_DATA
    ),
    to: Annotated[Path, typer.Option(help="Where to put the sessions.")] = HERE,
) -> None:
    """Make the recordings anew; one whose source is not there is left as it is."""
    make_track_run(to / TRACK_RUN)
    for folder, name, make in (
        ("rbds001", TREADMILL_RUN, make_treadmill_run),
        ("xio_lower_body", LOWER_BODY, make_lower_body),
    ):
        if (data / folder).is_dir():
            make(data / folder, to / name)
        else:
            typer.echo(f"{name} is left as it is: {data / folder} is not there", err=True)


if __name__ == "__main__":
    typer.run(main)
