"""The live page on a recording of virtual sensors, as a process of its own for the browser tests.

The warm-up passes in no time; the address is printed when the angles are calibrated, from where on
time keeps its pace. Ends when the page says stop, or at the end of the motion.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from live_stage import PacedLoop, play, record_live

from imu_valgus.app.web import LiveBoard, build_live, open_port, serving_beside
from imu_valgus.collect import Band, Key, Moment, Step, decode_session

CALIBRATED_S = 25.5
STEPS = (
    Step("STAND and WALK", CALIBRATED_S),
    Step("RUN", None),
    Step("STAND upright and still", 3.0),
)


class Stage:
    """The board as the recording's screen; begins to keep pace when the runner runs."""

    def __init__(self, url: str) -> None:
        self._loop = cast("PacedLoop", asyncio.get_running_loop())
        self._url = url
        self._lead_s = 0.0
        self.board = LiveBoard(Band(0.0, 6.0), now_s=lambda: self._loop.time() + self._lead_s)

    def begin(self, host_zero_s: float) -> None:
        self._lead_s = host_zero_s

    def show(self, moment: Moment) -> None:
        self.board.show(moment)
        if self._url and moment.elapsed_s > CALIBRATED_S:
            self._loop.keep_pace()
            print(self._url, flush=True)
            self._url = ""

    def pressed(self) -> Sequence[Key]:
        return self.board.pressed()


async def main(session: Path) -> LiveBoard:
    address = open_port(0)
    stage = Stage(address.url())
    with serving_beside(build_live(stage.board), address):
        await record_live(
            session, stage, steps=STEPS, begin=lambda scene: stage.begin(scene.host_zero_s)
        )
        decode_session(session)
        stage.board.end()
        await asyncio.sleep(1.0)
    return stage.board


if __name__ == "__main__":
    play(main(Path(sys.argv[1])))
