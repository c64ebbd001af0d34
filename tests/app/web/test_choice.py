"""The part of an address that chooses strides."""

import pandas as pd
import pytest

from imu_valgus.app.web.choice import read_choice, read_span
from imu_valgus.core import ImuValgusError

STRIDES = pd.DataFrame(
    {
        "side": ["left", "right", "left", "right"],
        "lap": [1, 1, 2, 2],
        "surface": ["straight", "bend", "bend", "straight"],
        "initial_contact_s": [10.0, 10.4, 11.0, 11.4],
    }
)


@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ({}, [True, True, True, True]),
        ({"leg": "left"}, [True, False, True, False]),
        ({"lap": "2"}, [False, False, True, True]),
        ({"surface": "bend"}, [False, True, True, False]),
        ({"from": "10.4", "to": "11"}, [False, True, True, False]),
        ({"leg": "right", "surface": "straight", "from": "11"}, [False, False, False, True]),
    ],
)
def test_an_address_chooses_the_strides_that_meet_all_of_it(query, taken):
    assert read_choice(query).takes(STRIDES).tolist() == taken


@pytest.mark.parametrize(
    "query",
    [
        {"leg": "middle"},
        {"lap": "one"},
        {"lap": "²"},
        {"lap": "9" * 400},
        {"surface": "mud"},
        {"from": "soon"},
        {"to": "nan"},
    ],
)
def test_what_cannot_be_read_is_named(query):
    name, said = next(iter(query.items()))

    with pytest.raises(ImuValgusError, match=f"^{name}={said} is"):
        read_choice(query)


def test_curves_go_over_stance_unless_said_otherwise():
    assert (read_span({}), read_span({"span": "stride"})) == ("stance", "stride")
