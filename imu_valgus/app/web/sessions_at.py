"""The session that an address names: a folder of the library itself, and nothing else."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request

from imu_valgus.recording.session import INFO_NAME


def session_of(request: Request) -> Path:
    """Return the folder of the session that ``{name}`` of the address names.

    Raises
    ------
    HTTPException
        404 for whatever is no session of the library: a path, a hidden folder, a link that leads
        elsewhere, a folder without ``session.json``.
    """
    session = session_at(request.app.state.library, request.path_params["name"])
    if session is None:
        raise HTTPException(404)
    return session


def session_at(library: Path, name: str) -> Path | None:
    """Return the session of this name, None where the library holds none.

    The name is looked up in the folder's listing, never joined to a path unseen: what would be a
    path, or no file name at all, is in no listing. Hidden folders are sessions being written.
    """
    session = next((path for path in library.iterdir() if path.name == name), None)
    if session is None or name.startswith("."):
        return None
    info = session / INFO_NAME
    is_here = not session.is_symlink() and info.is_file() and not info.is_symlink()
    return session if is_here else None
