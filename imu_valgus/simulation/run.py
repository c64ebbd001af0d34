"""A whole session of a simulated runner: each sensor's signal, and the truth read off the bones."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from imu_valgus.core import (
    FloatArray,
    ImuSignal,
    KneeAngles,
    Placement,
    Segment,
    Side,
    mirror_of,
    placement_of,
)
from imu_valgus.simulation.body import (
    Leg,
    LegTraits,
    draw_traits,
    fit_thigh_gain,
    read_angles,
    stand_anew,
)
from imu_valgus.simulation.course import lay_course
from imu_valgus.simulation.gait_curves import CURVE_COLUMNS, GAIT_TABLES, stride_curves
from imu_valgus.simulation.params import RunnerParams
from imu_valgus.simulation.sensor_model import (
    SensorClock,
    SensorErrors,
    SensorMounting,
    draw_mounting,
    sense,
)
from imu_valgus.simulation.simulated_run import SimulatedRun, chance, draw_clocks, in_stance
from imu_valgus.simulation.timeline import Timeline, plan_strides, plan_timeline
from imu_valgus.simulation.tissue import Site, strap_site

BOTH: Final[tuple[Side, ...]] = ("left", "right")
SEGMENTS: Final[tuple[Segment, ...]] = ("thigh", "shank")
_CHUNK: Final = 50_000


def simulate_run(
    runner: RunnerParams, *, progress: Callable[[Placement], None] = lambda _: None
) -> SimulatedRun:
    """Simulate what the runner's sensors record, with the knee angles known.

    The same parameters give the same run, to the last bit. Each source of chance has its own
    stream, so that other sensors or no soft tissue leave the motion as it was. ``progress`` is
    told of each sensor once it has recorded.
    """
    timeline, legs = build_legs(runner)
    placements: list[tuple[Side, Segment]] = [
        (side, segment) for side in _worn(runner) for segment in SEGMENTS
    ]
    clocks = draw_clocks(
        runner.sensor,
        [placement_of(*pair) for pair in placements],
        _occasion(runner, "clocks"),
    )
    signals: dict[Placement, ImuSignal] = {}
    mountings: dict[Placement, SensorMounting] = {}
    for side, segment in placements:
        name = placement_of(side, segment)
        signals[name], mountings[name] = _record(legs[side], segment, clocks[name])
        progress(name)
    contacts = _contacts(timeline, legs, runner)
    first = next(iter(signals.values()))
    return SimulatedRun(
        signals=signals,
        truth=_truth(first.time_s, legs, contacts, runner),
        contacts=contacts,
        bouts=timeline.bouts,
        clocks=clocks,
        mountings=mountings,
    )


def build_legs(runner: RunnerParams) -> tuple[Timeline, dict[Side, Leg]]:
    """Plan the session and return both legs, worn or not, ready to be asked for poses."""
    timeline = plan_timeline(runner, _occasion(runner, "squats"))
    path = lay_course(runner.course)
    gaits = {bout.kind: bout for bout in timeline.bouts if bout.kind in ("run", "walk")}
    strides = {
        kind: plan_strides(
            runner,
            bout,
            _stream(runner, "strides", kind),
            deviating=_occasion(runner, "strides", kind) if runner.donning else None,
        )
        for kind, bout in gaits.items()
    }
    sway_phases = _occasion(runner, "sway").uniform(0, 2 * np.pi, (3, 3))
    legs: dict[Side, Leg] = {
        side: Leg(
            side=side,
            runner=runner,
            timeline=timeline,
            path=path,
            traits=_traits(runner, side),
            strides={kind: both[side] for kind, both in strides.items()},
            curves={
                kind: stride_curves(GAIT_TABLES[kind]).delayed(
                    CURVE_COLUMNS.index("valgus_stance"), both[side].contact_phase
                )
                for kind, both in strides.items()
            },
            thigh_gains={kind: fit_thigh_gain(runner, kind) for kind in strides},
            sway_phases=sway_phases,
        )
        for side in BOTH
    }
    return timeline, legs


def _traits(runner: RunnerParams, side: Side) -> LegTraits:
    traits = draw_traits(runner, _stream(runner, "leg", side))
    if runner.donning == 0:
        return traits
    return stand_anew(traits, runner, _occasion(runner, "leg", side))


def _record(leg: Leg, segment: Segment, clock: SensorClock) -> tuple[ImuSignal, SensorMounting]:
    runner, params = leg.runner, leg.runner.sensor
    name = placement_of(leg.side, segment)
    rng = _occasion(runner, "sensor", name)
    position_m = _position(leg, segment, rng)
    mounting = draw_mounting(
        position_m, strap=params.strap, error_max_deg=params.mounting_error_max_deg, rng=rng
    )
    errors = SensorErrors.draw(params, rng, clock)
    stop_s = leg.timeline.stop_s + float(rng.uniform(0, 0.5))
    signal = sense(
        worn_site(leg, segment, position_m),
        (clock.start_s, stop_s),
        mounting=mounting,
        errors=errors,
        rng=rng,
        sampling_rate_hz=params.sampling_rate_hz,
    )
    return signal, mounting


def worn_site(leg: Leg, segment: Segment, position_m: FloatArray) -> Site:
    """Return where the sensor of this segment is strapped on, flesh and shocks of this run."""
    runner, name = leg.runner, placement_of(leg.side, segment)
    return strap_site(
        leg,
        segment,
        position_m,
        _stream(runner, "tissue", name),
        strapped=_occasion(runner, "tissue", name) if runner.donning else None,
    )


def _position(leg: Leg, segment: Segment, rng: np.random.Generator) -> FloatArray:
    """Draw where the sensor sits: 18 cm above, 26 cm below the knee of a runner of 1.75 m."""
    along, front, aside = (0.18, 0.03, 0.07) if segment == "thigh" else (-0.26, 0.01, 0.045)
    size = leg.runner.height_m / 1.75
    place = np.array([front, along, mirror_of(leg.side) * aside]) * size
    return place + rng.normal(0, [0.01, 0.02, 0.005])


def _contacts(timeline: Timeline, legs: Mapping[Side, Leg], runner: RunnerParams) -> pd.DataFrame:
    """Return the contacts at which the runner runs more than not."""
    tables: list[pd.DataFrame] = []
    for side in _worn(runner):
        strides = legs[side].strides["run"]
        kept = timeline.weight("run", strides.initial_contact_s) >= 0.5
        tables.append(
            pd.DataFrame(
                {
                    "side": side,
                    "initial_contact_s": strides.initial_contact_s[kept],
                    "toe_off_s": strides.toe_off_s[kept],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _truth(
    time_s: FloatArray, legs: Mapping[Side, Leg], contacts: pd.DataFrame, runner: RunnerParams
) -> pd.DataFrame:
    tables: list[pd.DataFrame] = []
    for side in _worn(runner):
        leg = legs[side]
        parts = [
            bone_angles(leg, part) for part in np.split(time_s, range(_CHUNK, len(time_s), _CHUNK))
        ]
        flexion_deg = np.concatenate([part.flexion_deg for part in parts])
        own = contacts[contacts["side"] == side]
        tables.append(
            pd.DataFrame(
                {
                    "time_s": time_s,
                    "side": side,
                    "flexion_deg": flexion_deg - leg.traits.standing_knee_flexion_deg,
                    "valgus_deg": np.concatenate([part.valgus_deg for part in parts])
                    - leg.traits.standing_valgus_deg,
                    "internal_rotation_deg": np.concatenate(
                        [part.internal_rotation_deg for part in parts]
                    ),
                    "in_stance": in_stance(time_s, own),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def bone_angles(leg: Leg, time_s: FloatArray) -> KneeAngles:
    """Read the anatomical knee angles off the bones at these times (n,) in s."""
    commanded = leg.angles(time_s)
    thigh_to_earth, _ = leg.thigh(time_s, commanded)
    shank_to_earth, _ = leg.shank(time_s, commanded)
    return read_angles(thigh_to_earth, shank_to_earth, side=leg.side)


def _worn(runner: RunnerParams) -> list[Side]:
    """Return the legs that wear sensors, left first: the reference is the first one's thigh."""
    return sorted(runner.sides)


def _stream(runner: RunnerParams, *names: str) -> np.random.Generator:
    """Return the stream of what stays with the runner."""
    return chance(runner.seed, *names)


def _occasion(runner: RunnerParams, *names: str) -> np.random.Generator:
    """Return the stream of what is drawn anew whenever the sensors are put on."""
    return chance(runner.seed, *names, *([str(runner.donning)] if runner.donning else []))
