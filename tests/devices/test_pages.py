"""Each sensor has a page in firmware_notes/ that says what there is to know of it."""

from pathlib import Path

import pytest

from imu_valgus.devices import SENSORS

NOTES = Path(__file__).parents[2] / "firmware_notes"

MODELS = pytest.mark.parametrize("model", SENSORS.values(), ids=SENSORS)
COMMANDS = pytest.mark.parametrize(
    ("key", "command"),
    [(key, command) for key, model in SENSORS.items() for command in model.commands],
    ids=[f"{key} {command.name}" for key, model in SENSORS.items() for command in model.commands],
)


def page(key: str) -> str:
    """A sensor's page, as one line."""
    return " ".join((NOTES / f"{key}.md").read_text(encoding="utf-8").split())


@MODELS
def test_the_page_is_named_after_the_sensor(model):
    assert page(model.key).startswith(f"# {model.name} ")


@MODELS
def test_the_page_says_what_the_user_is_told_of_loss(model):
    told = model.loss_sentence[0].upper() + model.loss_sentence[1:]

    assert told in page(model.key)


@pytest.mark.parametrize("heading", ["What it can prove", "Start", "Stop", "Unverified", "Sources"])
@MODELS
def test_the_page_has_all_that_is_asked_of_one(model, heading):
    assert f"**{heading}.**" in page(model.key)


@COMMANDS
def test_every_command_stands_on_the_page(key, command):
    code = f"{command:#06x}" if command > 0xFF else f"{command:#04x}"
    codes = {code, f"{command:#06x}"}

    assert any(f"| `{one}` | `{command.name}` |" in page(key) for one in codes)


@MODELS
def test_the_overview_names_the_sensor_and_its_page(model):
    assert f"| {model.name} | [{model.key}]({model.key}.md) |" in page("sensors")
