"""A small model of pelvis and legs for OpenSim, built through its API (untyped, hence ``Any``).

Bodies have OpenSim's names and ISB axes; with all coordinates at zero the model stands upright and
faces +X. Knees turn about the femur's flexion axis, then the floating axis, then the tibia's long
axis: the joint coordinate system of Grood and Suntay (doi:10.1115/1.3138397), as our angles. Signs
are those of :func:`imu_valgus.export.opensim.orientations.coordinates`.

Lengths are shares of a height of 1.75 m (Winter 2009, doi:10.1002/9780470549148): they are for the
eye, no orientation depends on them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from imu_valgus.core import SIDES, mirror_of
from imu_valgus.export.opensim.orientations import PELVIS_IMU, imu_labels

_THIGH_M: Final = 0.245 * 1.75
_SHANK_M: Final = 0.246 * 1.75
_HIP_M: Final = 0.5 * 0.191 * 1.75
_FOOT_M: Final = 0.039 * 1.75

_Axis = tuple[float, float, float]
_PELVIS_TURNS: Final[Mapping[str, _Axis]] = {
    "pelvis_tilt": (0.0, 0.0, 1.0),
    "pelvis_list": (1.0, 0.0, 0.0),
    "pelvis_rotation": (0.0, 1.0, 0.0),
}


def build_legs(opensim: Any, imus: Collection[str]) -> Any:
    """Return a model with a pelvis and the legs that wear IMUs.

    The pelvis turns in place if it wears one; else it is held, for nothing is known of it.
    """
    legs = _Legs(opensim, opensim.Model())
    legs.model.setName("imu_valgus_legs")
    pelvis = legs.add_body("pelvis", (0.08, 0.09, _HIP_M), centre_m=0.05)
    place_m = (0.0, _THIGH_M + _SHANK_M + _FOOT_M, 0.0)
    turns = _PELVIS_TURNS if PELVIS_IMU in imus else {}
    legs.join(legs.model.getGround(), pelvis, "ground_pelvis", at_m=place_m, turns=turns)
    for side in SIDES:
        if imu_labels(side)[0] not in imus:
            continue
        mirror, end = mirror_of(side), side[0]
        femur = legs.add_body(
            f"femur_{end}", (0.06, 0.5 * _THIGH_M, 0.06), centre_m=-0.5 * _THIGH_M
        )
        tibia = legs.add_body(
            f"tibia_{end}", (0.04, 0.5 * _SHANK_M, 0.04), centre_m=-0.5 * _SHANK_M
        )
        hip = {
            f"hip_flexion_{end}": (0.0, 0.0, 1.0),
            f"hip_adduction_{end}": (mirror, 0.0, 0.0),
            f"hip_rotation_{end}": (0.0, mirror, 0.0),
        }
        knee = {
            f"knee_angle_{end}": (0.0, 0.0, -1.0),
            f"knee_adduction_{end}": (mirror, 0.0, 0.0),
            f"knee_rotation_{end}": (0.0, mirror, 0.0),
        }
        legs.join(pelvis, femur, f"hip_{end}", at_m=(0.0, 0.0, mirror * _HIP_M), turns=hip)
        legs.join(femur, tibia, f"knee_{end}", at_m=(0.0, -_THIGH_M, 0.0), turns=knee)
    legs.model.finalizeConnections()
    return legs.model


@dataclass(frozen=True, slots=True)
class _Legs:
    """The model while it is built."""

    opensim: Any
    model: Any

    def add_body(self, name: str, radii_m: _Axis, *, centre_m: float) -> Any:
        """Add a body that is seen as an ellipsoid around a point on its long axis."""
        made = self.opensim
        centre = made.Vec3(0.0, centre_m, 0.0)
        body = made.Body(name, 1.0, centre, made.Inertia(0.1, 0.1, 0.1))
        self.model.addBody(body)
        middle = made.PhysicalOffsetFrame(f"{name}_middle", body, made.Transform(centre))
        body.addComponent(middle)
        middle.attachGeometry(made.Ellipsoid(*radii_m))
        return body

    def join(
        self, parent: Any, child: Any, name: str, *, at_m: _Axis, turns: Mapping[str, _Axis]
    ) -> None:
        """Join a child's origin to a point of its parent by turns, if any, each in the last."""
        made, none = self.opensim, self.opensim.Vec3(0.0)
        transform = made.SpatialTransform()
        for number, (coordinate, axis) in enumerate(turns.items(), start=1):
            turn = getattr(transform, f"upd_rotation{number}")()
            turn.setCoordinateNames(made.ArrayStr(coordinate, 1))
            turn.setAxis(made.Vec3(*axis))
            turn.set_function(made.LinearFunction())
        ends = parent, made.Vec3(*at_m), none, child, none, none
        joint = made.CustomJoint(name, *ends, transform) if turns else made.WeldJoint(name, *ends)
        self.model.addJoint(joint)
