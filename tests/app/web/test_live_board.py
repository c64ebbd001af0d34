"""What the pages are sent and what they may send, without a browser."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from imu_valgus.app.web import LiveBoard, build_live
from imu_valgus.app.web.guard import Guard, Key
from imu_valgus.app.web.hub import Hub
from imu_valgus.collect import Band, Health, Moment, Step
from imu_valgus.collect import Key as Pressed

HOST = "127.0.0.1:8766"
STEPS = (Step("STAND upright and still", 10.0), Step("RUN", None))


def moment(step: int = 0) -> Moment:
    sensor = Health("left_thigh", True, 2000, 10, 200.0, 0.1, 85, 0)
    return Moment(STEPS[step].prompt, 4.0, 6.0, [sensor], False, steps=STEPS, step=step)


@pytest.fixture
def board() -> LiveBoard:
    return LiveBoard(Band(0, 6))


@pytest.fixture
def browser(board: LiveBoard) -> TestClient:
    key = Key(frozenset({HOST}), "the-token", "imu_valgus_8766")
    return TestClient(
        Guard(build_live(board), key),
        base_url=f"http://{HOST}",
        cookies={"imu_valgus_8766": "the-token"},
        headers={"origin": f"http://{HOST}"},
    )


def told(text: str) -> tuple[str, Mapping[str, Any]]:
    """Return an event's name and content."""
    lines = dict(line.split(": ", 1) for line in text.strip().splitlines())
    return lines["event"], json.loads(lines["data"])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"kind": "next"}, Pressed("next")),
        ({"kind": "stop"}, Pressed("stop")),
        ({"kind": "lap"}, Pressed("lap")),
        ({"kind": "pain", "side": "left", "value": 0}, Pressed("pain", "left", "0")),
        ({"kind": "pain", "side": "right", "value": 10}, Pressed("pain", "right", "10")),
    ],
)
def test_a_tap_reaches_the_recording(
    browser: TestClient, board: LiveBoard, said: dict[str, Any], meant: Pressed
):
    browser.post("/live/keys", json=said)

    assert list(board.pressed()) == [meant]


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "note", "value": "x"},
        {"kind": "pain", "side": "left", "value": 11},
        {"kind": "pain", "side": "left", "value": -1},
        {"kind": "pain", "side": "both", "value": 3},
        {"kind": "pain", "side": "left", "value": "=1+1"},
        {},
        [],
        "lap",
    ],
)
def test_what_is_no_button_is_refused(browser: TestClient, board: LiveBoard, said: object):
    answer = browser.post("/live/keys", json=said)

    assert (answer.status_code, list(board.pressed())) == (422, [])


@pytest.mark.parametrize(
    "said",
    [
        {"low_deg": 6, "high_deg": 0},
        {"low_deg": -31, "high_deg": 0},
        {"low_deg": "0", "high_deg": 6},
        {"session": 0},
        {"session": 100},
        {"muted": 1},
        {},
    ],
)
def test_what_is_no_setting_is_refused_and_changes_nothing(
    browser: TestClient, board: LiveBoard, said: object
):
    before = board.describe()

    answer = browser.post("/live/settings", json=said)

    assert (answer.status_code, board.describe()) == (422, before)


def test_more_than_any_page_sends_is_not_read(browser: TestClient):
    answer = browser.post("/live/keys", json={"kind": "lap", "more": "x" * 2000})

    assert answer.status_code == 422


def test_a_band_that_was_moved_on_the_page_is_one_set_against_these_strides(
    browser: TestClient, board: LiveBoard
):
    browser.post("/live/settings", json={"low_deg": 1, "high_deg": 4.5})

    assert board.describe()["band"] == {"low_deg": 1.0, "high_deg": 4.5, "seen": True}


def test_a_page_that_comes_gets_all_that_is_known(board: LiveBoard):
    board.show(moment())

    assert board.describe()["moment"]["sensors"][0]["battery_percent"] == 85


def test_a_new_step_is_sent_at_once(board: LiveBoard):
    board.show(moment(0))
    board.show(moment(1))

    assert board.describe()["moment"]["prompt"] == "RUN"


async def test_a_page_gets_the_state_and_then_what_happens():
    hub = Hub(lambda: {"all": 1})
    stream = hub.stream()
    first = told(await anext(stream))

    hub.publish("stance", {"n": 1})

    assert (first, told(await anext(stream))) == (("state", {"all": 1}), ("stance", {"n": 1}))
    await stream.aclose()


async def test_a_page_that_falls_behind_gets_the_state_instead_of_what_it_missed():
    hub = Hub(lambda: {"all": 1})
    stream = hub.stream()
    await anext(stream)
    for n in range(1000):
        hub.publish("stance", {"n": n})
    await asyncio.sleep(0)

    assert told(await anext(stream)) == ("state", {"all": 1})
    await stream.aclose()


async def test_a_page_that_does_not_read_keeps_nothing_from_another():
    hub = Hub(dict)
    stalled, reading = hub.stream(), hub.stream()
    await anext(stalled)
    await anext(reading)
    heard = 0
    for n in range(500):
        hub.publish("stance", {"n": n})
        heard += told(await anext(reading)) == ("stance", {"n": n})

    assert heard == 500
    await stalled.aclose()
    await reading.aclose()


async def test_a_page_that_left_is_forgotten():
    hub = Hub(dict)
    stream = hub.stream()
    await anext(stream)

    await stream.aclose()

    assert hub.listening == 0


async def test_all_streams_end_with_the_recording():
    hub = Hub(dict)
    stream = hub.stream()
    await anext(stream)

    hub.publish("moment", {"over": True})
    hub.end()

    assert [told(text) async for text in stream if text != ":\n\n"] == [("moment", {"over": True})]


def test_with_no_page_open_nothing_is_published(board: LiveBoard):
    board.show(moment())

    assert board.hub.listening == 0
