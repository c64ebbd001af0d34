"""How a phone gets in: the code, the tries, the guard, the sockets."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from imu_valgus.app.web import LiveBoard, Pairing, build_live, open_port
from imu_valgus.app.web.guard import Guard, Key
from imu_valgus.collect import Band
from imu_valgus.core import ImuValgusError

HOME, LAN = "127.0.0.1:8766", "192.168.1.5:8766"
COOKIE = "imu_valgus_8766"
NAVIGATION = {"sec-fetch-mode": "navigate"}


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pairing(clock: Clock) -> Pairing:
    return Pairing([LAN], now_s=clock)


@pytest.fixture
def app(pairing: Pairing) -> Guard:
    key = Key(frozenset({HOME}), "the-token", COOKIE)
    return Guard(build_live(LiveBoard(Band(0, 6)), pairing), key, pairing)


@pytest.fixture
def phone(app: Guard) -> TestClient:
    return TestClient(app, base_url=f"http://{LAN}", follow_redirects=False)


@pytest.fixture
def laptop(app: Guard) -> TestClient:
    return TestClient(
        app, base_url=f"http://{HOME}", follow_redirects=False, cookies={COOKIE: "the-token"}
    )


def typed(phone: TestClient, code: str) -> int:
    headers = {"origin": f"http://{LAN}"}
    return phone.post("/pair", json={"code": code}, headers=headers).status_code


def wrong(pairing: Pairing) -> str:
    return f"{(int(pairing.code()) + 1) % 1_000_000:06d}"


def refused(pairing: Pairing, code: str) -> str:
    with pytest.raises(ImuValgusError) as why:
        pairing.admit(code)
    return str(why.value)


def test_the_right_code_lets_a_device_in(pairing: Pairing):
    device = pairing.admit(pairing.code())

    assert pairing.knows(device)


def test_each_device_gets_a_secret_of_its_own(pairing: Pairing):
    assert pairing.admit(pairing.code()) != pairing.admit(pairing.code())


def test_a_code_that_was_used_lets_no_one_else_in(pairing: Pairing):
    code = pairing.code()
    pairing.admit(code)

    assert refused(pairing, code) == "this is not the code"


def test_a_code_that_is_five_minutes_old_is_another(pairing: Pairing, clock: Clock):
    code = pairing.code()

    clock.now_s += 300.0

    assert pairing.code() != code


def test_a_wrong_code_lets_nobody_in(pairing: Pairing):
    assert refused(pairing, wrong(pairing)) == "this is not the code"


def test_after_a_wrong_code_even_the_right_one_must_wait(pairing: Pairing):
    refused(pairing, wrong(pairing))

    assert refused(pairing, pairing.code()).startswith("too many tries")


def test_the_pause_doubles_with_every_wrong_code_up_to_a_minute(pairing: Pairing, clock: Clock):
    pauses_s: list[float] = []
    for _ in range(8):
        refused(pairing, wrong(pairing))
        began_s = clock.now_s
        while "too many" in refused(pairing, wrong(pairing)):
            clock.now_s += 0.5
        pauses_s.append(clock.now_s - began_s)
        clock.now_s += 60.0

    assert pauses_s == sorted(pauses_s)
    assert (pauses_s[0], pauses_s[-1]) == (1.0, 60.0)


def test_five_wrong_codes_end_the_code(pairing: Pairing, clock: Clock):
    code = pairing.code()
    for _ in range(5):
        refused(pairing, wrong(pairing))
        clock.now_s += 20.0

    assert pairing.code() != code


def test_no_more_than_eight_devices_get_in(pairing: Pairing):
    for _ in range(8):
        pairing.admit(pairing.code())

    assert refused(pairing, pairing.code()) == "all places are taken"


def test_a_phone_without_a_code_is_led_to_where_it_types_it(phone: TestClient):
    answer = phone.get("/", headers=NAVIGATION)

    assert (answer.status_code, answer.headers["location"]) == (303, "/pair")


@pytest.mark.parametrize("path", ["/", "/live/events", "/live/clock.json", "/pairing.json"])
def test_a_phone_without_a_code_gets_nothing(phone: TestClient, path: str):
    assert phone.get(path).status_code == 403


def test_a_phone_without_a_code_can_change_nothing(phone: TestClient):
    answer = phone.post("/live/keys", json={"kind": "stop"}, headers={"origin": f"http://{LAN}"})

    assert answer.status_code == 403


def test_a_phone_with_the_code_opens_the_page(phone: TestClient, pairing: Pairing):
    assert (typed(phone, pairing.code()), phone.get("/").status_code) == (200, 200)


def test_the_cookie_of_a_phone_is_read_by_no_script(phone: TestClient, pairing: Pairing):
    answer = phone.post("/pair", json={"code": pairing.code()}, headers={"origin": f"http://{LAN}"})

    cookie = answer.headers["set-cookie"].lower()
    assert ("httponly" in cookie, "samesite=lax" in cookie) == (True, True)


def test_a_phone_with_a_wrong_code_stays_outside(phone: TestClient, pairing: Pairing):
    assert (typed(phone, wrong(pairing)), phone.get("/live/clock.json").status_code) == (422, 403)


def test_a_code_sent_by_another_sites_page_is_not_looked_at(phone: TestClient, pairing: Pairing):
    answer = phone.post(
        "/pair", json={"code": pairing.code()}, headers={"origin": "http://evil.example"}
    )

    assert answer.status_code == 403


def test_the_token_of_the_laptop_opens_nothing_from_the_network(phone: TestClient):
    assert phone.get("/?token=the-token").status_code == 403


def test_the_laptop_shows_the_code(laptop: TestClient, pairing: Pairing):
    assert laptop.get("/pairing.json").json() == {"hosts": [LAN], "code": pairing.code()}


def test_a_phone_that_is_in_does_not_see_the_next_code(phone: TestClient, pairing: Pairing):
    typed(phone, pairing.code())

    answer = phone.get("/pairing.json")

    assert (answer.status_code, pairing.code() in answer.text) == (422, False)


def test_a_name_that_points_to_us_is_not_ours(phone: TestClient):
    assert phone.get("/", headers={"host": "evil.example"}).status_code == 421


def _answers(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asking:
        asking.settimeout(1.0)
        return asking.connect_ex((host, port)) == 0


def test_without_lan_nothing_listens_beyond_this_machine():
    address = open_port(0)
    address.listening.listen()
    port = address.listening.getsockname()[1]

    heard = [_answers(host, port) for host in ("127.0.0.1", "127.0.0.2", *_in_network())]

    address.listening.close()
    assert (heard[0], any(heard[1:]), address.in_network) == (True, False, None)


def test_with_lan_the_same_port_listens_at_the_networks_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("imu_valgus.app.web.serving._own_address", lambda: "127.0.0.2")
    address = open_port(0, lan=True)
    for one in address.sockets:
        one.listen()

    heard = [_answers(*one.getsockname()[:2]) for one in address.sockets]

    assert (heard, address.network_host.partition(":")[0]) == ([True, True], "127.0.0.2")
    for one in address.sockets:
        one.close()


def _in_network() -> list[str]:
    """Return the address that other machines would reach us at; none without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("198.51.100.1", 9))
        except OSError:
            return []
        return [str(asking.getsockname()[0])]


def test_lan_without_the_page_is_wrong_usage(run_command: Callable[..., Any], tmp_path: Path):
    answer = run_command("live", "--virtual", "4", "--lan", "--to", tmp_path / "session")

    assert answer.exit_code == 2


def test_without_the_web_extra_one_line_names_it(
    run_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in [name for name in sys.modules if name.startswith("imu_valgus.app.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    answer = run_command("live", "--virtual", "4", "--web", "--to", tmp_path / "session")

    assert (answer.exit_code, answer.stderr.splitlines()) == (
        1,
        [
            "error: serving the pages needs the optional extra web (uvicorn is not installed)",
            "hint: pip install 'imu-valgus[web]'",
        ],
    )
