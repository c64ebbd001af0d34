"""What a simulated run is made of: the runner, the flesh under the sensors, the sensors."""

from dataclasses import dataclass, field
from typing import Literal

from imu_valgus.core import SIDES, Side

Course = Literal["track", "treadmill"]
Strap = Literal["aligned", "lateral", "arbitrary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueParams:
    """How the sensors move on the bones; 0 for all is a sensor screwed to the bone.

    Parameters
    ----------
    squat_turn_deg : float
        Turn of the thigh sensor on the femur in a squat of 105° of knee flexion, mostly about the
        long axis; it grows with knee and hip flexion, in running too, and differs by a quarter
        (SD) between legs. Squats turned the flexion axis that real thigh sensors see by 15–18°,
        running by 3–12° (nms-dyn, Gurchiek et al. 2021, doi:10.1109/TBME.2021.3102009); with
        12° here they turn by about 11° and 8°. Skin markers turn by 5–12° on the femur (Leardini
        et al. 2005, doi:10.1016/j.gaitpost.2004.05.002).
    muscle_turn_deg : float
        Amplitude of the turn that the working muscles make with the phase of the stride.
    impact_turn_deg : float
        Amplitude of the thigh sensor's damped turn after each contact (about 8 Hz).
    shank_share : float
        Turns of the shank sensor against those of the thigh sensor.
    """

    squat_turn_deg: float = 12.0
    muscle_turn_deg: float = 2.5
    impact_turn_deg: float = 4.5
    shank_share: float = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorParams:
    """How the sensors sit and how they err; drawn anew for each sensor from the runner's seed.

    Parameters
    ----------
    sampling_rate_hz : float
        By the sensor's own clock.
    strap : {"aligned", "lateral", "arbitrary"}
        Sensor axes as the segment's; or as usually strapped to the outer leg (x down the segment,
        z outwards); or any orientation at all.
    mounting_error_max_deg : float
        Turn away from the strap's orientation about each axis, uniform within ± this.
    strap_slip_deg : float
        Turn of the sensor on the leg from the first to the last stride, about an axis drawn.
    gyr_bias_dps, acc_bias_mg : float
        SD of each axis' constant offset; a MEMS sensor as it comes has ± 0.5–1 °/s and ± 20 mg
        (Bosch BMI270 data sheet, zero-rate and zero-g offset).
    gyr_bias_walk_dps_sqrt_h : float
        SD of the offset's random walk after one hour.
    scale_error_percent, cross_axis_percent : float
        SD of the gain of each axis, and of what each axis picks up from another.
    gyr_noise_dps_sqrt_hz, acc_noise_ug_sqrt_hz : float
        Noise densities (BMI270: 0.007 °/s/√Hz, 160 µg/√Hz).
    gyr_range_dps, acc_range_g : float
        Full scale; samples at its end are ``clipped``.
    resolution_bits : int
        Of the full scale, both signs.
    clock_offset_s, clock_drift_ppm : float
        Size of start offset and rate error of every clock but the reference sensor's; the signs
        alternate in the order left_thigh, left_shank, right_thigh, right_shank, so a thigh and a
        shank always disagree.
    """

    sampling_rate_hz: float = 200.0
    strap: Strap = "lateral"
    mounting_error_max_deg: float = 10.0
    strap_slip_deg: float = 0.0
    gyr_bias_dps: float = 0.7
    acc_bias_mg: float = 15.0
    gyr_bias_walk_dps_sqrt_h: float = 0.1
    scale_error_percent: float = 0.5
    cross_axis_percent: float = 0.3
    gyr_noise_dps_sqrt_hz: float = 0.007
    acc_noise_ug_sqrt_hz: float = 160.0
    gyr_range_dps: float = 2000.0
    acc_range_g: float = 16.0
    resolution_bits: int = 16
    clock_offset_s: float = 0.3
    clock_drift_ppm: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerParams:
    """A runner, what she does and what she wears; the seed draws all that is left open.

    Parameters
    ----------
    seed : int
    donning : int
        How often the sensors were put on before. Another number is the same runner (gait, knees)
        on another occasion: sensors, mountings, clocks, standing posture, sway, squats' depths and
        the deviations of single strides are drawn anew; of the flesh's turns under the sensors and
        of the posture, ``kept_share`` of the variance stays.
    kept_share : float
        How much of the variance of flesh and posture between legs is the leg's own, 0–1; the rest
        is the occasion's. No public data part the two: half is an assumption.
    standing_valgus_sd_deg : float
        How far valgus in standing, the zero of the angles, differs between occasions (SD; the
        first is 0): the zero's error on real legs (``poe donnings``).
    sides : tuple of {"left", "right"}
        Legs that wear a thigh and a shank sensor.
    course : {"track", "treadmill"}
        A 400 m track run counterclockwise (bends of 36.5 m radius), or in place.
    run_minutes, walk_s, standing_s : float
        Protocol: stand, walk, squats, run, stand. 0 seconds of walking leave the walk out.
    squats : int
        0 leaves them out.
    speed_mps, cadence_spm, stance_fraction : float
        Of running; a recreational runner's (stance fraction: Novacheck 1998,
        doi:10.1016/S0966-6362(97)00038-6).
    stride_time_sd_percent : float
        Stride to stride (Nakayama et al. 2010, Gait Posture 31, 331–335: 1–2 %).
    irregular_strides : int
        Strides far out of the ordinary, as when the runner stumbles.
    height_m : float
        Sets segment lengths (Winter 2009, doi:10.1002/9780470549148) and where the sensors sit.
    left_valgus_peak_deg, right_valgus_peak_deg : float
        Mean stance maximum at the start of the run, 0 being standing (46 runners: 8.0 ± 4.5).
    left_valgus_drift_deg, right_valgus_drift_deg : float
        Change of the peak from start to end, linear in time.
    left_valgus_noise_sd_deg, right_valgus_noise_sd_deg : float
        Stride-to-stride SD of the peak (46 runners: 0.44 within a runner).
    swing_valgus_deg : float
        Mean of the arch of valgus in swing, which comes and goes with flexion; the legs differ by
        1.5° (SD).
    screw_home_deg : float
        Internal rotation that comes with flexion and levels off (Wilson et al. 2000,
        J Biomech 33, 465–473): the flexion axis moves on the shank.
    tibial_shock_g : float
        Mean resultant of the impact at the shank, above the motion's own acceleration.
    tissue : TissueParams
    sensor : SensorParams
    """

    seed: int = 0
    donning: int = 0
    kept_share: float = 0.5
    standing_valgus_sd_deg: float = 0.9
    sides: tuple[Side, ...] = SIDES
    course: Course = "track"
    run_minutes: float = 10.0
    walk_s: float = 30.0
    standing_s: float = 10.0
    squats: int = 5
    speed_mps: float = 3.0
    cadence_spm: float = 166.0
    stance_fraction: float = 0.36
    stride_time_sd_percent: float = 1.5
    irregular_strides: int = 0
    height_m: float = 1.75
    left_valgus_peak_deg: float = 7.0
    right_valgus_peak_deg: float = 7.0
    left_valgus_drift_deg: float = 0.0
    right_valgus_drift_deg: float = 0.0
    left_valgus_noise_sd_deg: float = 0.44
    right_valgus_noise_sd_deg: float = 0.44
    swing_valgus_deg: float = 2.0
    screw_home_deg: float = 12.0
    tibial_shock_g: float = 5.0
    tissue: TissueParams = field(default_factory=TissueParams)
    sensor: SensorParams = field(default_factory=SensorParams)

    def __post_init__(self) -> None:
        if not self.sides or len(set(self.sides)) != len(self.sides):
            raise ValueError(f"sides must name one or two different legs, found {self.sides}")
        for name in ("run_minutes", "speed_mps", "cadence_spm", "standing_s", "height_m"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, found {getattr(self, name)}")
        if not 0.0 <= self.kept_share <= 1.0:
            raise ValueError(f"kept_share must lie in 0 to 1, found {self.kept_share}")
        if not 0.15 <= self.stance_fraction <= 0.6:
            raise ValueError(
                f"stance_fraction must lie in 0.15 to 0.6, found {self.stance_fraction}"
            )
        if self.sensor.sampling_rate_hz <= 0:
            raise ValueError(f"no such sampling rate: {self.sensor.sampling_rate_hz} Hz")
