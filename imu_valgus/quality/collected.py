"""A sensor that was recorded live: where its samples are, and how its clock was tied."""

from dataclasses import dataclass

from imu_valgus.core import Placement
from imu_valgus.quality.findings import Finding, Severity
from imu_valgus.recording import ClockAccount, SampleAccount, SensorInfo


@dataclass(frozen=True, slots=True)
class CollectedParams:
    """Where a live recording stops being as it should be.

    Parameters
    ----------
    lost_share : float
        More lost samples cost strides.
    residual_ms : float
        20 ms between thigh and shank cost 2–4° of valgus, 5 ms little; the joint's own acceleration
        takes away what is left below that.
    """

    lost_share: float = 0.01
    residual_ms: float = 10.0


def check_collected(
    sensor: SensorInfo, *, params: CollectedParams = CollectedParams()
) -> tuple[Finding, ...]:
    """Look at the accounts of a sensor's samples and clock; nothing to say of imported files."""
    findings: list[Finding] = []
    if sensor.samples is not None:
        findings.append(_samples(sensor.placement, sensor.samples, params))
    if sensor.host_clock is not None:
        findings.append(_clock(sensor.placement, sensor.host_clock, params))
    return tuple(findings)


def _samples(placement: Placement, account: SampleAccount, params: CollectedParams) -> Finding:
    received = account.live + account.backfilled
    severity: Severity = "ok"
    text = f"all {received} samples are here, {account.backfilled} of them fetched later"
    hint = ""
    if not account.loss_shown:
        severity = "warning"
        text = f"{received} samples received; {account.proof}"
        hint = "hold single strides against their neighbours; a sensor that counts tells more"
    elif account.expected is None:
        severity = "warning"
        text = f"{received} samples received; how many it took is not known, it was out of reach"
        hint = "bring it near and fetch the rest: imu-valgus record --resume SESSION"
    elif account.lost:
        severity = "warning" if account.n_lost > params.lost_share * account.expected else "note"
        ranges = ", ".join(f"{one.first} to {one.stop - 1} ({one.cause})" for one in account.lost)
        text = f"{account.n_lost} of {account.expected} samples are lost: {ranges}"
        hint = "strides with a gap are marked; nearer sensors or more memory lose less"
    if account.proof and account.loss_shown:
        text += f"; {account.proof}"
    if account.restarts:
        severity = "warning" if severity == "ok" else severity
        text += f"; it restarted {account.restarts} times and lost what its RAM held then"
        hint = hint or "charge it and fasten its battery"
    return Finding(
        severity=severity,
        topic="samples",
        placement=placement,
        number=float(account.n_lost),
        text=text,
        hint=hint,
    )


def _clock(placement: Placement, clock: ClockAccount, params: CollectedParams) -> Finding:
    known = clock.residual_ms is not None
    good = clock.residual_ms is not None and clock.residual_ms <= params.residual_ms
    residual = f"residual {clock.residual_ms:.1f} ms" if known else "too few to tell how well"
    return Finding(
        severity="ok" if good else "note",
        topic="clock",
        placement=placement,
        number=clock.residual_ms,
        unit="ms",
        text=f"tied by {clock.stamps} {clock.method} at {clock.drift_ppm:+.0f} ppm, {residual}",
        hint="" if good else "record for longer, or jump at the start and at the end",
    )
