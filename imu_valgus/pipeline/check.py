"""A recording → what there is to say about its quality."""

from imu_valgus.activities import apply_events, find_bouts
from imu_valgus.pipeline.session_time import on_session_time
from imu_valgus.quality import Finding, QualityParams, check
from imu_valgus.recording import Recording


def check_recording(
    recording: Recording, *, params: QualityParams | None = None
) -> tuple[Finding, ...]:
    """Tie the clocks, find what the runner did, and look at everything ``check`` looks at."""
    timed = on_session_time(recording)
    bouts = apply_events(find_bouts(timed.signals), recording.events)
    return check(
        recording,
        signals=timed.signals,
        bouts=bouts,
        within=timed.within,
        across=timed.across,
        params=params,
    )
