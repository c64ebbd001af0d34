"""One analysis in a process of its own: ``python -m imu_valgus.app.analysis_worker SESSION``.

Says on stdout how far it is, one JSON object a line: ``{"stage", "share"}`` as it goes on; at the
end ``{"done": true}``, or ``{"error", "hint"}`` where the user can mend something. A process, since
an analysis keeps a core busy for long: in a thread the pages would wait for it.
"""

import contextlib
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final

from imu_valgus.core import ImuValgusError
from imu_valgus.pipeline import analyze_session

_ENDED: Final = 143
"""What a shell reports of a program that SIGTERM ended."""


def main() -> None:
    """Analyse the session that the command names."""
    signal.signal(signal.SIGTERM, _end)
    session = Path(sys.argv[1])
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what others print is no answer
            analyze_session(session, progress=_tell_progress)
        _tell(done=True)
    except ImuValgusError as error:
        _tell(error=str(error), hint=error.hint)
    except BrokenPipeError:  # whoever asked is gone, and nobody waits for the result
        raise SystemExit(_ENDED) from None


def _tell_progress(stage: str, share: float) -> None:
    _tell(stage=stage, share=share)


def _tell(**said: object) -> None:
    print(json.dumps(said), file=sys.__stdout__, flush=True)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave as an exception does, so that half-written files go."""
    raise SystemExit(_ENDED)


if __name__ == "__main__":
    main()
