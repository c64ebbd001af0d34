"""Why a sensor does not record, in one line with what to do about it."""

from imu_valgus.core import ImuValgusError, Placement
from imu_valgus.devices.decoders.reference import Status


def refusal(placement: Placement, status: Status) -> ImuValgusError:
    """Say in one line why a sensor does not start, and what to do."""
    reasons = {
        Status.LOW_BATTERY: ("its battery is low", "charge it"),
        Status.BUSY: (
            "it is recording already",
            "fetch that with imu-valgus download, or switch it off and on again",
        ),
        Status.MTU_TOO_SMALL: (
            "this computer takes no packet that holds a sample",
            "use an adapter with Bluetooth 4.2 or newer",
        ),
        Status.FLASH_FULL: ("its memory is full", "fetch what it holds with imu-valgus download"),
        Status.FLASH_ERROR: ("its memory is broken", "use another sensor"),
    }
    reason, hint = reasons.get(status, (f"it says {status.name}", "switch it off and on again"))
    return ImuValgusError(f"{placement} does not start: {reason}", hint=hint)
