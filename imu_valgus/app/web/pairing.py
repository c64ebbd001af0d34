"""How a phone in the same network becomes one of ours: a code that is seen here and typed there.

No radio, no server, no clock of its own.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Lock

from imu_valgus.core import ImuValgusError


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingParams:
    """How hard a code is to guess.

    Parameters
    ----------
    digits : int
        Typed with a thumb. With ``tries`` a code, a guess is right once in 200,000 codes.
    lasts_s : float
        A code's life.
    tries : int
        Wrong ones, by anyone, that end a code.
    pause_s, longest_pause_s : float
        After a wrong one nobody may try for so long, twice as long after each one more, up to the
        longest; it begins anew with whoever gets in.
    devices : int
        No more than these get in.
    """

    digits: int = 6
    lasts_s: float = 300.0
    tries: int = 5
    pause_s: float = 1.0
    longest_pause_s: float = 60.0
    devices: int = 8


class Pairing:
    """Codes, tries and the devices that got in.

    Parameters
    ----------
    hosts : collection of str
        ``name:port`` by which other devices reach us.
    now_s : callable
        A clock that is never set back.
    params : PairingParams, optional
    """

    def __init__(
        self,
        hosts: Collection[str],
        *,
        now_s: Callable[[], float],
        params: PairingParams | None = None,
    ) -> None:
        self.hosts = frozenset(hosts)
        self._now_s, self._params = now_s, params or PairingParams()
        self._lock = Lock()
        self._devices: set[bytes] = set()
        self._wrong, self._wrong_in_all, self._next_s = 0, 0, -float("inf")
        self._code, self._made_s = "", -float("inf")

    def code(self) -> str:
        """Return the code that lets the next device in; a new one where the last is used up."""
        with self._lock:
            return self._current()

    def admit(self, typed: str) -> str:
        """Return the secret of a device that typed the code; the code is then used up.

        Raises
        ------
        ImuValgusError
            Where the code is wrong or old, was tried too often or too soon, or all places are
            taken.
        """
        with self._lock:
            wait_s = self._next_s - self._now_s()
            if wait_s > 0:
                raise ImuValgusError(
                    f"too many tries: wait {wait_s:.0f} s", hint="the code is on the laptop"
                )
            if len(self._devices) >= self._params.devices:
                raise ImuValgusError(
                    "all places are taken", hint="start the recording anew to let others in"
                )
            if not secrets.compare_digest(typed.strip().encode(), self._current().encode()):
                self._refuse()
            self._wrong_in_all, self._code = 0, ""
            device = secrets.token_urlsafe(24)
            self._devices.add(_hashed(device))
            return device

    def knows(self, device: str) -> bool:
        """Tell whether a device has got in, by its secret.

        Only hashes are held and compared: how long that takes tells nothing of any secret.
        """
        return _hashed(device) in self._devices

    def _current(self) -> str:
        params = self._params
        old = self._now_s() - self._made_s >= params.lasts_s
        if old or not self._code or self._wrong >= params.tries:
            self._code = f"{secrets.randbelow(10**params.digits):0{params.digits}d}"
            self._made_s, self._wrong = self._now_s(), 0
        return self._code

    def _refuse(self) -> None:
        params = self._params
        pause_s = min(params.pause_s * 2**self._wrong_in_all, params.longest_pause_s)
        self._wrong, self._wrong_in_all = self._wrong + 1, self._wrong_in_all + 1
        self._next_s = self._now_s() + pause_s
        raise ImuValgusError(
            "this is not the code",
            hint=f"look at the laptop; the next try counts in {pause_s:.0f} s",
        )


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
