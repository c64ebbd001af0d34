"""What a user may set of an analysis."""

from dataclasses import dataclass, field

from imu_valgus.calibration import StrapPrior
from imu_valgus.joint_angles import AngleErrorParams
from imu_valgus.orientation import AttitudeMethod, RelativeParams


@dataclass(frozen=True, slots=True)
class AnalysisParams:
    """Settings of one analysis; every stage's own parameters keep their defaults unless named here.

    Parameters
    ----------
    attitude : AttitudeMethod
        The filter that gives each sensor's attitude.
    left_standing_valgus_deg, right_standing_valgus_deg : float
        The measured standing alignment: the zero of valgus on that leg.
    track_length_m : float, optional
        Length of one lap; gives the speed of each lap.
    relative : RelativeParams
        Of the relative orientation, body height for the lever arms included.
    thigh_strap, shank_strap : StrapPrior, optional
        How the sensors were strapped on, on both legs alike.
    pca_crosstalk : bool
        Turn each leg's flexion axis until valgus does not go with flexion over running; it can
        delete true valgus.
    error : AngleErrorParams
        What the uncertainty of valgus is made of.
    """

    attitude: AttitudeMethod = "vqf"
    left_standing_valgus_deg: float = 0.0
    right_standing_valgus_deg: float = 0.0
    track_length_m: float | None = None
    relative: RelativeParams = field(default_factory=RelativeParams)
    thigh_strap: StrapPrior | None = None
    shank_strap: StrapPrior | None = None
    pca_crosstalk: bool = False
    error: AngleErrorParams = field(default_factory=AngleErrorParams)
