"""Which figures stand on the page, in what order and with what words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from plotly import graph_objects as go

from imu_valgus.core import Side
from imu_valgus.pipeline import Derived
from imu_valgus.report import figures, norm, wording
from imu_valgus.report.curves import (
    Angle,
    LegCurves,
    MeanCurve,
    from_contact,
    leg_curves,
    mean_curve,
)

ANGLES: Final[tuple[Angle, ...]] = ("valgus", "flexion")

CutStrides = Mapping[Side, LegCurves]


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure with the words that go with it: ``title`` is seen, ``label`` is read out."""

    id: str
    title: str
    label: str
    figure: go.Figure

    @property
    def json(self) -> str:
        """The figure as JSON that cannot end the script element it stands in."""
        return str(self.figure.to_json()).replace("<", "\\u003c")


@dataclass(frozen=True, slots=True)
class Gallery:
    """The page's figures by the question that they answer."""

    stance: tuple[PlacedFigure, ...]
    course: tuple[PlacedFigure, ...]
    sides: tuple[PlacedFigure, ...]
    more: tuple[PlacedFigure, ...]


def hang(derived: Derived, sides: tuple[Side, ...]) -> Gallery:
    """Draw all figures of the legs ``sides``, which have knee angles."""
    valgus, flexion = (_cut(derived, sides, angle) for angle in ANGLES)
    return Gallery(
        stance=_stance(valgus, "valgus"),
        course=_courses(derived, sides),
        sides=(
            *_both_sides(derived, valgus, "valgus"),
            *_both_sides(derived, flexion, "flexion"),
        ),
        more=(
            *_whole_strides(derived, valgus, "valgus"),
            *_stance(flexion, "flexion"),
            *_whole_strides(derived, flexion, "flexion"),
        ),
    )


def _cut(derived: Derived, sides: tuple[Side, ...], angle: Angle) -> CutStrides:
    """Cut the legs' good strides; a leg without a whole one is left out."""
    cut: dict[Side, LegCurves] = {}
    for side in sides:
        curves = leg_curves(derived.angles_of(side), derived.strides_of(side), angle=angle)
        if len(curves.stance) and len(curves.stride):
            cut[side] = curves
    return cut


def _stance(cut: CutStrides, angle: Angle) -> tuple[PlacedFigure, ...]:
    means: dict[Side, MeanCurve] = {
        side: mean_curve(from_contact(curves.stance)) for side, curves in cut.items()
    }
    band = norm.stance_band(angle)
    y_range = figures.shared_range(band, *means.values())
    return tuple(
        PlacedFigure(
            id=f"stance-{angle}-{side}",
            title=f"{side.capitalize()}: {angle} in stance, from contact",
            label=f"Mean {angle} curve of the {side} knee in stance over the band of "
            f"{norm.RUNNERS} runners, both zero at initial contact. From contact it goes to "
            f"{wording.degrees(float(np.max(mean.mean_deg)))} at most.",
            figure=figures.stance_figure(mean, band, side=side, angle=angle, y_range=y_range),
        )
        for side, mean in means.items()
    )


def _whole_strides(derived: Derived, cut: CutStrides, angle: Angle) -> tuple[PlacedFigure, ...]:
    means: dict[Side, MeanCurve] = {side: mean_curve(c.stride) for side, c in cut.items()}
    y_range = figures.shared_range(*means.values()) if means else None
    zero = wording.zero(derived.summary, angle)
    placed: list[PlacedFigure] = []
    for side, mean in means.items():
        good = derived.good_strides_of(side)
        toe_off_pct = float(100.0 * (good["contact_time_s"] / good["stride_time_s"]).mean())
        figure = figures.stride_figure(
            mean,
            side=side,
            angle=angle,
            zero=zero,
            toe_off_pct=toe_off_pct,
            y_range=y_range,
        )
        placed.append(
            PlacedFigure(
                id=f"stride-{angle}-{side}",
                title=f"{side.capitalize()}: {angle} over the whole stride",
                label=f"Mean {angle} curve of the {side} knee over the stride, {zero}, "
                f"from {wording.degrees(float(np.min(mean.mean_deg)))} "
                f"to {wording.degrees(float(np.max(mean.mean_deg)))}.",
                figure=figure,
            )
        )
    return tuple(placed)


def _both_sides(derived: Derived, cut: CutStrides, angle: Angle) -> tuple[PlacedFigure, ...]:
    if len(cut) < 2:
        return ()
    zero = wording.zero(derived.summary, angle)
    means: dict[Side, MeanCurve] = {side: mean_curve(c.stance) for side, c in cut.items()}
    return (
        PlacedFigure(
            id=f"sides-{angle}",
            title=f"{angle.capitalize()} in stance, left and right",
            label=f"Mean {angle} curves of both knees in stance over each other, {zero}.",
            figure=figures.sides_figure(means, angle=angle, zero=zero),
        ),
    )


def _courses(derived: Derived, sides: tuple[Side, ...]) -> tuple[PlacedFigure, ...]:
    good = {side: derived.good_strides_of(side) for side in sides}
    ranges = figures.shared_course_ranges(*good.values()) if good else None
    return tuple(
        PlacedFigure(
            id=f"course-{side}",
            title=f"{side.capitalize()}: excursion and peak over the run",
            label=f"Valgus excursion and peak of the {side} knee, stride by stride over the run.",
            figure=figures.course_figure(
                good[side],
                side=side,
                zero=wording.zero(derived.summary, "valgus"),
                laps=derived.summary.several_laps,
                y_ranges=ranges,
            ),
        )
        for side in sides
    )
