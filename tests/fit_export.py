"""A made run, exported to FIT and read again: what several tests of the FIT export share."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from garmin_fit_sdk import Decoder, Stream
from made_sessions import MadeSession, add_signal

from imu_valgus.core import Side
from imu_valgus.export import ExportOptions, export_session
from imu_valgus.export.fit_fields import APPLICATION_ID

START_UNIX_S = 1_795_334_400
LENGTH_S = 90.0
NAMES = [
    f"{side}_{what}"
    for side in ("left", "right")
    for what in ("valgus_peak", "valgus_excursion", "tibial_shock")
]
COLUMNS = {
    "valgus_peak": "valgus_peak_deg",
    "valgus_excursion": "valgus_excursion_deg",
    "tibial_shock": "tibial_shock_g",
}


class ShockedSession(MadeSession):
    """A made session whose strides differ in all that goes into the file."""

    def strides(self, side: Side) -> pd.DataFrame:
        log = super().strides(side)
        drift = 0.1 * np.arange(len(log))
        return log.assign(
            tibial_shock_g=6.0 + drift + (1.0 if side == "right" else 0.0),
            valgus_peak_deg=log["valgus_peak_deg"] + drift,
        )


def made_run(folder: Path) -> Path:
    """Make twenty strides a leg from 60 s on, the first two rejected, in 90 s from START on."""
    ShockedSession().write(folder)
    add_signal(folder, LENGTH_S)
    return folder


def strides_of(session: Path) -> pd.DataFrame:
    """Return a session's stride log."""
    return pd.read_parquet(session / "derived" / "strides.parquet")


def exported(session: Path, watch: bytes | None = None, offset_s: float | None = None) -> bytes:
    """Return the exported file, with a watch's file or without."""
    out, path = session.parents[1] / "out", None
    if watch is not None:
        path = session.parents[1] / "watch.fit"
        path.write_bytes(watch)
    options = ExportOptions(watch=path, watch_offset_s=offset_s)
    (written,) = export_session(session, "fit", out, options=options, force=True)
    return written.read_bytes()


Messages = dict[str, list[dict[Any, Any]]]


def decoded(content: bytes) -> Messages:
    """Return what Garmin's reader says, which must find nothing wrong."""
    with io.BytesIO(content) as bytes_io:
        assert Decoder(Stream.from_bytes_io(bytes_io)).check_integrity()
    with io.BytesIO(content) as bytes_io:
        found, errors = Decoder(Stream.from_bytes_io(bytes_io)).read()
    assert errors == []
    return cast("Messages", found)


def ours(found: Messages, message: Mapping[Any, Any]) -> dict[str, float]:
    """Return a decoded message's developer fields of our application by name."""
    index = next(
        one["developer_data_index"]
        for one in found["developer_data_id_mesgs"]
        if bytes(one["application_id"]) == APPLICATION_ID.bytes
    )
    names = {
        one["key"]: one["field_name"]
        for one in found["field_description_mesgs"]
        if one["developer_data_index"] == index
    }
    told = message.get("developer_fields", {})
    return {name: told[key] for key, name in names.items() if key in told}


def expected(strides: pd.DataFrame, begin_s: float, end_s: float) -> dict[str, float]:
    """Return the medians of good strides whose contact lies in [begin_s, end_s) of the session."""
    rows = strides[
        (strides["quality"] == "good")
        & (strides["initial_contact_s"] >= begin_s)
        & (strides["initial_contact_s"] < end_s)
    ]
    return {
        name: float(rows.loc[rows["side"] == side, COLUMNS[what]].median())
        for name in NAMES
        for side, _, what in [name.partition("_")]
    }
