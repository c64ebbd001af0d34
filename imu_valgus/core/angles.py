"""The three clinical knee angles."""

from dataclasses import dataclass

from imu_valgus.core.signals import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class KneeAngles:
    """Knee angles over time in degrees, (n,) each; positive the clinical way and for either leg.

    ``flexion_deg``: the heel goes to the buttock. ``valgus_deg``: abduction, the shank points
    outwards and the knee goes in. ``internal_rotation_deg``: the shin turns inwards.
    """

    flexion_deg: FloatArray
    valgus_deg: FloatArray
    internal_rotation_deg: FloatArray

    def __post_init__(self) -> None:
        shapes = {
            self.flexion_deg.shape,
            self.valgus_deg.shape,
            self.internal_rotation_deg.shape,
        }
        if len(shapes) != 1:
            raise ValueError(f"the three angles differ in shape: {sorted(shapes)}")
