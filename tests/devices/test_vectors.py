"""Bytes of others, with what they mean, against the decoders. Each says where it comes from."""

import numpy as np
import pytest

from imu_valgus.core import GRAVITY_MPS2, DecodeError
from imu_valgus.devices import SENSORS, ClockReading, Packet, StreamSettings
from imu_valgus.devices.decoders import capture2go, metamotion, movella_dot, movesense, witmotion
from imu_valgus.devices.decoders import polar_verity_sense as polar


def in_g(packet: Packet) -> list[list[float]]:
    assert packet.acc_mps2 is not None
    return np.round(packet.acc_mps2 / GRAVITY_MPS2, 3).tolist()


def in_dps(packet: Packet, digits: int = 3) -> list[list[float]]:
    assert packet.gyr_radps is not None
    return np.round(np.degrees(packet.gyr_radps), digits).tolist()


class TestCapture2Go:
    """Made with the maker's own SDK, PyPI capture2go 1.0.1; none captured from a sensor."""

    SAMPLES = bytes.fromhex(
        "0259d6da6173310215cd853dfe9c9717"
        "00000100ffff64009cffff7f0080660600000100ffff64009cffff7f00806606"
        "00000100ffff64009cffff7f00806606"
        "0008ff7f00002c01ffff00f8008001000008ff7f00002c01ffff00f800800100"
        "0008ff7f00002c01ffff00f800800100"
        "0000000000000000000007"
    )

    def test_the_first_gyroscope_samples(self):
        packet = capture2go.decode(self.SAMPLES)

        assert packet.gyr_radps is not None
        told = [[0.0, 0.0010652644360316954, -0.0010652644360316954]]
        np.testing.assert_allclose(packet.gyr_radps[:1], told, rtol=1e-12)

    def test_the_first_acceleration_samples(self):
        packet = capture2go.decode(self.SAMPLES)

        assert packet.acc_mps2 is not None
        told = [[9.81, 156.9552099609375, 0.0], [1.43701171875, -0.0047900390625, -9.81]]
        np.testing.assert_allclose(packet.acc_mps2[:2], told, rtol=1e-12)

    def test_the_time_of_the_first_sample(self):
        packet = capture2go.decode(self.SAMPLES)

        assert packet.time_s is not None
        assert packet.time_s[0] == pytest.approx(1_700_000_000.123456789, abs=5e-7)

    def test_a_time_gap_is_told(self):
        packet = capture2go.decode(self.SAMPLES)

        assert packet.gap_before

    def test_samples_with_a_magnetometer_are_read_without_it(self):
        frame = bytes.fromhex(
            "026545dbe8a3220200f2052a01000000"
            + "".join(value.to_bytes(2, "little").hex() for value in range(24))
            + "".join((-value & 0xFFFF).to_bytes(2, "little").hex() for value in range(24))
            + "".join(value.to_bytes(2, "little").hex() for value in range(1000, 1024))
            + "0000000000000000000000"
        )

        packet = capture2go.decode(frame)

        assert packet.acc_mps2 is not None
        np.testing.assert_allclose(packet.acc_mps2[7] / (16 * 9.81 / 32768), [-21, -22, -23])

    @pytest.mark.parametrize(
        ("command", "payload", "frame"),
        [
            ("START_STREAMING", b"", "023d7f658c005001"),
            (
                "SET_MEASUREMENT_MODE",
                capture2go.measurement_mode(
                    200.0, sync=capture2go.SyncMode.SENDER, sync_id=0x1122334455667788
                ),
                "02c091f4801e2001000000000000000000000100000001000000018877665544332211000001",
            ),
            (
                "SET_RECORDING_CONFIG",
                capture2go.recording_config("run_1.bin"),
                "02641522434a400100000000000000000072756e5f312e62696e" + "00" * 56,
            ),
            (
                "GET_BYTES",
                capture2go.file_part("run_1.bin", 232, 464),
                "027730474949030572756e5f312e62696e" + "00" * 56 + "e8000000d0010000",
            ),
            (
                "CLOCK_ROUNDTRIP",
                capture2go.ping(123456789),
                "0201df7fee20720115cd5b07" + "00" * 28,
            ),
        ],
    )
    def test_a_command(self, command, payload, frame):
        made = capture2go.frame(capture2go.Command[command], payload)

        assert made.hex() == frame

    @pytest.mark.parametrize(
        ("frame", "told"),
        [
            (
                "02273e3fcb20720115cd5b070000000001f2052a01000000d0f9052a01000000" + "00" * 8,
                ClockReading(123456789, 5.000000001, 5.000002),
            ),
            (
                "0240eef4df13010200863ba101000000020200000000000001c95b",
                capture2go.Status(73, True, 7.0, 2, True, 91),
            ),
            (
                "02ddcefa202f71000100313261623334420000000000000061626364656600"
                "00312e322e3300000000000000323032352d31302d303100",
                capture2go.DeviceInfo("12ab34", "1.2.3", protocol=1, hardware="B"),
            ),
            (
                "0297895bd7470205030072756e5f312e62696e" + "00" * 56 + "00100000",
                capture2go.StoredFile(3, "run_1.bin", 4096),
            ),
            ("0293c76ea603fffffb5001", capture2go.Refused(0xFB, 0x150)),
        ],
    )
    def test_what_a_sensor_says_besides_samples(self, frame, told):
        said = capture2go.read_frame(bytes.fromhex(frame))

        assert said == told


class TestMovellaDot:
    """The examples of XD0506P rev C whose checksum is right; two of its lines are misprinted."""

    @pytest.mark.parametrize(
        "message",
        [
            "010102fc",
            "0103010602f3",
            "010141bd",
            "010260019c",
            "010974000105060708090a54",
            "0102700786",
            "020701ccbbaacd22d402",
            "020108f5",
            "020102fb",
            "02020300f9",
            "030104f8",
        ],
    )
    def test_a_message_is_made_as_it_was_read(self, message):
        kind, data = movella_dot.open_message(bytes.fromhex(message))

        assert movella_dot.message(kind, data).hex() == message

    @pytest.mark.parametrize("message", ["010740df503b5b0807e0", "0109010040df503b5b0807dd"])
    def test_a_misprint_of_the_specification_is_found_by_its_checksum(self, message):
        with pytest.raises(DecodeError, match="checksum"):
            movella_dot.open_message(bytes.fromhex(message))

    def test_the_acknowledgement_of_a_question_for_the_state(self):
        said = movella_dot.read_message(bytes.fromhex("0103010602f3"))

        assert said == movella_dot.Acknowledged(6, movella_dot.Command.GET_STATE, b"")

    def test_the_specified_start_of_synchronisation(self):
        made = movella_dot.start_sync("D4:22:CD:AA:BB:CC")

        assert made.hex() == "020701ccbbaacd22d402"

    def test_the_specified_question_for_a_file(self):
        made = movella_dot.command(movella_dot.Command.GET_FILE_DATA, bytes((7,)))

        assert made.hex() == "0102700786"

    def test_the_time_of_a_captured_notification(self):
        # Captured: protobioengineering/xsens-dot-python-examples, stream_free_acceleration_data.py,
        # payload mode 6; time and three floats stand as in mode 21, whose gyroscope is added here.
        captured = bytes.fromhex("d8052244af9640406b2aa7405add14c000000000")

        packet = movella_dot.decode(captured[:16] + bytes(12))

        assert packet.time_s is not None
        assert packet.time_s[0] == pytest.approx(1143.080408)

    def test_the_acceleration_of_a_captured_notification(self):
        captured = bytes.fromhex("f3462244 0da53c40 9c13a640 f01009c0 00000000")

        packet = movella_dot.decode(captured[:16] + bytes(12))

        assert packet.acc_mps2 is not None
        np.testing.assert_allclose(packet.acc_mps2, [[2.947574, 5.1898937, -2.1416588]], rtol=1e-6)


class TestMetaMotion:
    """The maker's own tests: mbientlab/MetaWear-SDK-Cpp, test/."""

    @pytest.mark.parametrize(
        ("message", "range_dps", "told"),
        [
            ("13053e43ff7f0080", 500.0, [[262.409, 499.497, -499.512]]),
            (
                "13070915ad2608de8a1a0d2665e48d20ac2773ec",
                1000.0,
                [
                    [164.177, 301.860, -265.122],
                    [207.134, 296.982, -215.457],
                    [254.055, 309.634, -152.591],
                ],
            ),
        ],
    )
    def test_gyroscope(self, message, range_dps, told):
        settings = StreamSettings(100.0, gyr_range_dps=range_dps)

        packet = metamotion.decode(bytes.fromhex(message), settings)

        np.testing.assert_allclose(in_dps(packet), told, atol=1e-3)

    @pytest.mark.parametrize(
        ("message", "range_g", "told"),
        [
            ("030416c494a22ad0", 4.0, [[-1.872, -2.919, -1.495]]),
            (
                "030562b7530de9fd16d04d0e57028affa1050a01",
                8.0,
                [[-4.539, 0.833, -0.131], [-2.995, 0.894, 0.146], [-0.029, 0.352, 0.065]],
            ),
        ],
    )
    def test_accelerometer(self, message, range_g, told):
        settings = StreamSettings(100.0, acc_range_g=range_g)

        packet = metamotion.decode(bytes.fromhex(message), settings)

        np.testing.assert_allclose(in_g(packet), told, atol=1e-3)

    def test_a_logged_sample_whose_halves_come_apart(self):
        # logdata.py, Bmi160Accelerometer, two neighbouring notifications at 8 g, a page between.
        decoder = metamotion.MetaMotionDecoder(StreamSettings(100.0, acc_range_g=8.0))

        first = decoder.update(bytes.fromhex("0b07a0374300002a01c9ff"))
        page = decoder.update(bytes.fromhex("0b0d"))
        packet, *rest = decoder.update(bytes.fromhex("0b07a13743000031100000a0454300001201e4fd"))

        assert (first, page, rest) == ((), (metamotion.PageComplete(),), [])
        assert isinstance(packet, Packet)
        np.testing.assert_allclose(in_g(packet), [[298 / 4096, -55 / 4096, 4145 / 4096]], atol=1e-3)

    def test_the_time_of_a_logged_sample(self):
        decoder = metamotion.MetaMotionDecoder(StreamSettings(100.0, acc_range_g=8.0))

        (packet,) = decoder.update(bytes.fromhex("0b07a0e6420000f5003d01a1e6420000dd0f0000"))

        assert isinstance(packet, Packet)
        assert packet.time_s is not None
        assert packet.time_s[0] == pytest.approx(0x42E6 * 1.46484375e-3)

    @pytest.mark.parametrize(
        ("made", "command"),
        [
            (metamotion.configure(StreamSettings(200.0, 16.0, 250.0)), ["0303a903", "13032903"]),
            (metamotion.add_loggers()[:2], ["0b020304ff60", "0b020304ff24"]),
            ([metamotion.read_out(0x19E, 0x14)], ["0b069e01000014000000"]),
            ([metamotion.command(metamotion.Command.LOG_FLUSH_PAGE, 1)], ["0b1001"]),
            ([metamotion.command(metamotion.Command.LOG_LENGTH)], ["0b85"]),
            ([metamotion.command(metamotion.Command.GYR_SAMPLE, 1, 0)], ["13020100"]),
        ],
    )
    def test_a_command(self, made, command):
        assert [each.hex() for each in made] == command

    def test_the_progress_of_a_download(self):
        decoder = metamotion.MetaMotionDecoder(StreamSettings(100.0))

        said = decoder.update(bytes.fromhex("0b0871020000"))

        assert said == (metamotion.Progress(0x271),)


class TestMovesense:
    """Made as the firmware's source says: nothing captured was at hand."""

    def test_the_greeting_of_the_sample_firmware(self):
        # gatt_sensordata_app, GATTSensorDataClient.cpp: COMMAND_RESULT, reference, "Hello".
        said = movesense.decode_answer(b"\x01\x07Hello")

        assert said == movesense.Hello(7)

    def test_the_answer_of_a_firmware_without_room(self):
        # The same file sends 0x01, 0xFB for 507, "insufficient storage".
        said = movesense.decode_answer(b"\x01\x01\xfb\x01")

        assert said == movesense.Answer(1, 507)

    def test_all_accelerations_stand_before_all_rates(self):
        values = np.arange(12, dtype="<f4")

        packet = movesense.decode(b"\xe8\x03\x00\x00" + values.tobytes())

        assert packet.acc_mps2 is not None
        assert packet.acc_mps2.tolist() == [[0, 1, 2], [3, 4, 5]]

    def test_data_in_two_parts_are_put_together(self):
        values = np.arange(48, dtype="<f4").tobytes()
        parts = movesense.Reassembler()
        head = b"\x01\x00\x00\x00"

        before = parts.update(b"\x02\x01" + head + values[:150])
        (packet,) = parts.update(b"\x03\x01" + values[150:])

        assert before == ()
        assert isinstance(packet, Packet)
        assert len(packet) == 8


class TestPolarVeritySense:
    """The maker's own tests: polarofficial/polar-ble-sdk, GyrDataTest.kt and AccDataTest.kt."""

    def test_gyroscope_type_0(self):
        frame = bytes.fromhex("05ffffffffffffff7f80 eaff08000d00 0301 df00")

        packet = polar.decode(frame, {polar.What.GYR: 1.0})

        assert in_dps(packet) == [[-22, 8, 13], [-23, 11, 16]]

    def test_gyroscope_type_1_with_a_factor(self):
        frame = bytes.fromhex(
            "05009435770000000081 0000803f000020410000a041 1c01 0000a001000008cdccec0d"
        )

        packet = polar.decode(frame, {polar.What.GYR: 0.5})

        second = np.array([0x3F800000 + 0x1A00000, 0x41200000 + 0x800000, 0x41A00000 - 0x2133333])
        told = np.stack([[1.0, 10.0, 20.0], second.astype("<i4").view("<f4")]) * 0.5
        np.testing.assert_allclose(in_dps(packet, 6), told, rtol=1e-6)

    def test_accelerometer_type_0(self):
        frame = bytes.fromhex("02009435770000000080 7107f06a9e8d 0a01 be5cbeba")

        packet = polar.decode(frame, {polar.What.ACC: 2.44e-4})

        steps = [[1905, 27376, -29282], [1905 + 190, 27376 - 105, -29282 - 85]]
        np.testing.assert_allclose(in_g(packet), np.array(steps) * 2.44e-4, atol=1e-3)

    def test_plain_accelerometer_in_milli_g(self):
        frame = bytes.fromhex("02009435770000000001 f7ffffffe703 f8fffeffe503")

        packet = polar.decode(frame, {polar.What.ACC: 1.0})

        assert in_g(packet) == [[-0.009, -0.001, 0.999], [-0.008, -0.002, 0.997]]

    def test_the_time_is_the_last_sample_s(self):
        frame = bytes.fromhex("02009435770000000001 f7ffffffe703 f8fffeffe503")

        packet = polar.decode(frame, {polar.What.ACC: 1.0})

        assert packet.time_s is not None
        np.testing.assert_array_equal(packet.time_s, [np.nan, 2.0])


class TestWitMotion:
    """Captured: obedier/vib, analyze_wt901_data.py, the first 16 of 20 bytes; the rest is 0."""

    @pytest.mark.parametrize(
        ("captured", "acc_g", "gyr_dps"),
        [
            ("556135ff59ff0a08000000000000b9fc", [-0.099, -0.082, 1.005], [0, 0, 0]),
            ("5561e403ebf43f007c0202ff330052fe", [0.486, -1.385, 0.031], [38.82, -15.50, 3.11]),
        ],
    )
    def test_a_captured_frame(self, captured, acc_g, gyr_dps):
        packet = witmotion.decode(bytes.fromhex(captured) + bytes(4))

        assert in_g(packet) == [acc_g]
        assert in_dps(packet, 2) == [gyr_dps]

    def test_the_command_for_200_hz(self):
        # device_model.py of the maker's Python SDK writes ff aa, the register and two bytes.
        rate = SENSORS["witmotion"].start(StreamSettings(200.0))

        assert [write.payload.hex() for write in rate] == ["ffaa6988b5", "ffaa030b00"]
