"""Many sessions analysed side by side, on this machine or on a Dask cluster that is there.

Results land with the sessions, so nothing is lost with a worker, a scheduler or this program: what
is done is found done the next time.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final, Literal

from imu_valgus.core import ImuValgusError, require
from imu_valgus.pipeline import analyze_session, fingerprint, is_made_from

_HOME: Final = "127.0.0.1"
_SECONDS_BETWEEN_TRIES: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchParams:
    """Where the work is done.

    Parameters
    ----------
    scheduler : str, optional
        The address of a Dask scheduler, ``tcp://host:port``, whose workers see the same folders
        under the same paths; None: a cluster on this machine, for this call.
    workers : int
        Processes of the cluster on this machine; each analyses one session at a time.
    memory_gb : float
        What one of them may take before it is ended: an hour of both legs takes 1.4 GB.
    lost_s : float
        How long a scheduler may be gone before the rest is given up.
    deaths : int
        With how many workers a session may die before it counts as failed.
    """

    scheduler: str | None = None
    workers: int = 2
    memory_gb: float = 4.0
    lost_s: float = 60.0
    deaths: int = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session. ``why`` and ``hint`` say what failed."""

    session: str
    state: Literal["analysed", "unchanged", "failed"]
    why: str = ""
    hint: str = ""


OnOutcome = Callable[[Outcome], None]
OnDashboard = Callable[[str], None]


def analyze_sessions(
    sessions: Sequence[Path],
    *,
    params: BatchParams | None = None,
    on_outcome: OnOutcome = lambda _: None,
    on_dashboard: OnDashboard = lambda _: None,
) -> list[Outcome]:
    """Analyse what has no results of its present signals by this version.

    Parameters
    ----------
    sessions : sequence of Path
    params : BatchParams, optional
    on_outcome, on_dashboard : callable, optional
        Called with each outcome as it comes, and with the address of Dask's dashboard.

    Returns
    -------
    list of Outcome
        In the order of ``sessions``. A session that fails does not stop the rest.

    Raises
    ------
    ImuValgusError
        Where Dask is not installed, or its scheduler is not reached.
    """
    params = params or BatchParams()
    outcomes: dict[Path, Outcome] = {}

    def settle(session: Path, outcome: Outcome) -> None:
        outcomes[session] = outcome
        on_outcome(outcome)

    left: dict[Path, str] = {}
    for session in sessions:
        inputs = _inputs(session)
        if isinstance(inputs, Outcome):
            settle(session, inputs)
        elif is_made_from(session, inputs):
            settle(session, Outcome(session.name, "unchanged"))
        else:
            left[session] = inputs
    if left:
        with _cluster(params, on_dashboard) as address:
            _work_off(left, address, params, settle)
    return [outcomes[session] for session in sessions]


def analyze_one(session: Path, inputs: str) -> Outcome:
    """Analyse one session, unless another worker has done so in the meantime."""
    if is_made_from(session, inputs):
        return Outcome(session.name, "analysed")
    try:
        analyze_session(session)
    except ImuValgusError as error:
        return Outcome(session.name, "failed", str(error), error.hint or "")
    return Outcome(session.name, "analysed")


def _inputs(session: Path) -> str | Outcome:
    try:
        return fingerprint(session)
    except (ImuValgusError, OSError) as error:
        return Outcome(session.name, "failed", str(error))


def _work_off(
    left: Mapping[Path, str],
    address: str,
    params: BatchParams,
    settle: Callable[[Path, Outcome], None],
) -> None:
    """Hand out sessions until each has an outcome; a scheduler that went away is waited for."""
    to_do = dict(left)
    gone_since: float | None = None
    while to_do:
        try:
            for session, outcome in _handed_out(to_do, address, params):
                del to_do[session]
                gone_since = None
                settle(session, outcome)
        except OSError as error:  # Dask's own errors of connections are OSErrors
            gone_since = gone_since or time.monotonic()
            if time.monotonic() - gone_since > params.lost_s:
                raise ImuValgusError(
                    f"the scheduler {address} is not reached: {error}",
                    hint="start it again; the same command goes on where this one ended",
                ) from None
        if to_do:
            time.sleep(_SECONDS_BETWEEN_TRIES)


def _handed_out(
    to_do: Mapping[Path, str], address: str, params: BatchParams
) -> Iterator[tuple[Path, Outcome]]:
    """Yield what comes back while the scheduler is there; what it forgot stays to be done."""
    distributed = _of_dask("distributed")
    with distributed.Client(address, timeout=params.lost_s) as client:
        futures = {
            client.submit(analyze_one, session, inputs, pure=False): session
            for session, inputs in to_do.items()
        }
        for future in distributed.as_completed(futures):
            if future.status == "finished":
                yield futures[future], future.result()
            elif future.status == "error":
                yield futures[future], _failed(futures[future], future.exception())


def _failed(session: Path, error: BaseException) -> Outcome:
    """Say what a worker died of, or which fault of the program it met."""
    if type(error).__name__ == "KilledWorker":
        return Outcome(
            session.name,
            "failed",
            "every worker that took it was ended from outside, most likely for want of memory",
            "give workers more memory, or take fewer",
        )
    return Outcome(session.name, "failed", f"{type(error).__name__}: {error}")


@contextmanager
def _cluster(params: BatchParams, on_dashboard: OnDashboard) -> Generator[str]:
    """Give the address of the scheduler that was named, else of one on this machine."""
    distributed = _of_dask("distributed")
    if params.scheduler is not None:
        yield params.scheduler
        return
    dask = _of_dask("dask")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": params.deaths - 1}),
        distributed.LocalCluster(
            n_workers=params.workers,
            threads_per_worker=1,
            memory_limit=f"{params.memory_gb}GB",
            host=_HOME,
            dashboard_address=f"{_HOME}:0",
        ) as cluster,
    ):
        on_dashboard(cluster.dashboard_link)
        yield cluster.scheduler_address


def _of_dask(module: str) -> ModuleType:
    return require(module, extra="batch", what="analysing many sessions at once")
