"""What a page sends: small JSON objects, read with care."""

from typing import Any, Final, cast

from starlette.requests import Request

from imu_valgus.core import ImuValgusError

_MOST_BYTES: Final = 1000


async def json_object(request: Request) -> dict[str, Any]:
    """Read the JSON object that a page sent.

    Raises
    ------
    ImuValgusError
        Where it is none, or larger than any of ours.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _MOST_BYTES:
        raise ImuValgusError("that is more than this page sends", hint="reload the page")
    try:
        said: object = await request.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ImuValgusError("that is no JSON object", hint="reload the page")
    return cast("dict[str, Any]", said)
