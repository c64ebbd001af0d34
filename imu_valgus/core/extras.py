"""What only an optional extra of the package brings: imported where it is needed, or named."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final

from imu_valgus.core.errors import ImuValgusError

_OWN: Final = "imu_valgus"


def require(module: str, *, extra: str, what: str, instead: str = "") -> ModuleType:
    """Import a module that an optional extra of the package brings.

    Parameters
    ----------
    module : str
        The module's full name; one of our own that stands on the extra, too.
    extra : str
        The extra's name in ``pyproject.toml``.
    what : str
        What the user wanted, in the singular, such as "serving the pages".
    instead : str
        What would do without the extra, for the hint, such as "export the trial as .trc".

    Raises
    ------
    ImuValgusError
        Where the extra is not installed or cannot be loaded; the hint is the command that mends it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        missing = error.name or module
        if missing.partition(".")[0] == _OWN:
            raise  # not the extra: a defect of ours
        state = f"{missing} is not installed"
        if not isinstance(error, ModuleNotFoundError):  # it is there, a library of the system's not
            state = " ".join(f"{missing} cannot be loaded: {error}".split())
        raise _needed(state, extra=extra, what=what, instead=instead) from None


def require_installed(module: str, *, extra: str, what: str, instead: str = "") -> None:
    """Look whether a package is there that another process will import; see :func:`require`."""
    if find_spec(module) is None:
        state = f"{module} is not installed"
        raise _needed(state, extra=extra, what=what, instead=instead)


def _needed(state: str, *, extra: str, what: str, instead: str) -> ImuValgusError:
    cure = f"pip install 'imu-valgus[{extra}]'"
    return ImuValgusError(
        f"{what} needs the optional extra {extra} ({state})",
        hint=f"{cure}, or {instead}" if instead else cure,
    )
