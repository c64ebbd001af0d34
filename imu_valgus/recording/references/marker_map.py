"""Which marker sits where on the leg: ``markers.json``.

One leg, the names as in the marker files::

    {"side": "right",
     "thigh": ["RTH1", "RTH2", "RTH3", "RTH4"],
     "shank": ["RSH1", "RSH2", "RSH3", "RSH4"],
     "epicondyles": {"lateral": "RKNE", "medial": "RKNM"},
     "malleoli": {"lateral": "RANK", "medial": "RANM"},
     "pelvis": {"left_asis": "LASI", "right_asis": "RASI",
                "left_psis": "LPSI", "right_psis": "RPSI"}}

``thigh`` and ``shank`` are the shells, three markers or more in the static trial and in every
trial. The bony points and the pelvis are needed in the static trial only. Instead of ``pelvis``,
``"hip": "RHJC"`` names a marker that is the hip's centre.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from imu_valgus.core import RecordingError, Side
from imu_valgus.recording.readers import wrong

_HINT: Final = (
    "it names side, thigh, shank, epicondyles and malleoli (lateral, medial), and hip or pelvis"
)
_STRICT: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class BonyPair:
    """The markers on a joint's two bony points."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    lateral: str
    medial: str


@dataclass(frozen=True, slots=True)
class PelvisNames:
    """The markers on the pelvis, from which the hip's centre is estimated."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    left_asis: str
    right_asis: str
    left_psis: str
    right_psis: str


@dataclass(frozen=True, slots=True)
class MarkerMap:
    """Which marker sits where on one leg; either ``hip`` or ``pelvis`` is named."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    side: Side
    thigh: Annotated[tuple[str, ...], Field(min_length=3)]
    shank: Annotated[tuple[str, ...], Field(min_length=3)]
    epicondyles: BonyPair
    malleoli: BonyPair
    hip: str | None = None
    pelvis: PelvisNames | None = None

    def __post_init__(self) -> None:
        if (self.hip is None) == (self.pelvis is None):
            raise ValueError("name either hip or pelvis")
        for shell in (self.thigh, self.shank):
            if len(set(shell)) < len(shell):
                raise ValueError(f"a marker is named twice in {', '.join(shell)}")


def read_marker_map(path: Path) -> MarkerMap:
    """Read a marker map.

    Raises
    ------
    RecordingError
        Naming the entry that is missing or wrong.
    """
    try:
        return TypeAdapter(MarkerMap).validate_json(path.read_bytes())
    except OSError as error:
        raise wrong(path, "cannot be read", hint="look at the spelling of the path") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "marker map"
        raise RecordingError(f"{path}, {where}: {first['msg']}", hint=_HINT) from error
