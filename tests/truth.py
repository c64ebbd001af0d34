"""How far an analysis of a simulated run is from the truth, leg by leg."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from imu_valgus.core import FloatArray, Side, placement_of
from imu_valgus.pipeline import Analysis, analyze
from imu_valgus.recording import Recording, SensorInfo, assemble_recording
from imu_valgus.simulation import RunnerParams, SimulatedRun, simulate_run

MATCH_S = 0.03


@dataclass(frozen=True, slots=True)
class ContactScore:
    """Contacts and toe-offs of one leg against the exact ones."""

    n_true: int
    n_found: int
    matched: int
    bias_s: float
    toe_off_matched: float
    contact_time_bias_s: float

    @property
    def matched_share(self) -> float:
        return self.matched / self.n_true

    @property
    def false_share(self) -> float:
        return 1 - self.matched / self.n_found


def recording_of(run: SimulatedRun) -> Recording:
    """Return a simulated run as a recording whose sensors each have their own clock."""
    sensors = [
        SensorInfo(placement=p, sampling_rate_hz=s.sampling_rate_hz, signals="computed")
        for p, s in run.signals.items()
    ]
    return assemble_recording(sensors, run.signals)


@cache
def analysed(runner: RunnerParams) -> tuple[SimulatedRun, Analysis]:
    """Simulate a run and analyse it as a user would, once for all tests that ask."""
    run = simulate_run(runner)
    return run, analyze(recording_of(run))


def valgus_error_deg(run: SimulatedRun, found: Analysis, side: Side) -> FloatArray:
    """Return found minus true valgus at the true samples of running, (n,)."""
    truth = run.truth[run.truth["side"] == side]
    at_s = _values(truth, "time_s")
    angles = found.angles[found.angles["side"] == side]
    found_s = found_time(run, found, side, at_s)
    read = np.interp(found_s, _values(angles, "time_s"), _values(angles, "valgus_deg"))
    running = np.zeros(len(at_s), dtype=np.bool_)
    for bout in run.bouts:
        if bout.kind == "run":
            running |= (at_s >= bout.start_s) & (at_s < bout.stop_s)
    return (read - _values(truth, "valgus_deg"))[running]


def contact_score(run: SimulatedRun, found: Analysis, side: Side) -> ContactScore:
    """Match each found contact with the nearest exact one, one to one."""
    exact = run.contacts[run.contacts["side"] == side]
    log = found.strides[found.strides["side"] == side]
    exact_s = found_time(run, found, side, _values(exact, "initial_contact_s"))
    exact_off_s = found_time(run, found, side, _values(exact, "toe_off_s"))
    starts = _values(log, "initial_contact_s")
    found_s = np.unique(np.concatenate([starts, _values(log, "next_contact_s")]))
    nearest = np.argmin(np.abs(found_s[:, None] - exact_s[None, :]), axis=1)
    off_s = found_s - exact_s[nearest]
    hit = np.abs(off_s) <= MATCH_S
    of_stride = np.argmin(np.abs(starts[:, None] - exact_s[None, :]), axis=1)
    toe_off_s = _values(log, "toe_off_s") - exact_off_s[of_stride]
    true_contact_s = (exact_off_s - exact_s)[of_stride]
    return ContactScore(
        n_true=len(exact_s),
        n_found=len(found_s),
        matched=len(np.unique(nearest[hit])),
        bias_s=float(np.median(off_s[hit])),
        toe_off_matched=float(np.mean(np.abs(toe_off_s) <= 0.04)),
        contact_time_bias_s=float(np.nanmedian(_values(log, "contact_time_s") - true_contact_s)),
    )


def found_time(run: SimulatedRun, found: Analysis, side: Side, true_s: FloatArray) -> FloatArray:
    """Put true times on the time that the analysis found for this leg.

    Between the legs no joint ties the clocks: what is left there is not the angle's error. The
    leg's thigh keeps its own clock but for the shift that the analysis reports.
    """
    if run.reference.startswith(side):
        return true_s
    own_s = run.clocks[placement_of(side, "thigh")].device_time(true_s)
    across = found.summary.cross_leg_sync
    if across is None or across.offset_s is None or across.drift_ppm is None:
        return own_s
    return own_s * (1 + across.drift_ppm * 1e-6) + across.offset_s


def _values(table: pd.DataFrame, name: str) -> FloatArray:
    return table[name].to_numpy(dtype=np.float64)
