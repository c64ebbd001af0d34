"""A small service that plays org.bluez on a D-Bus of its own, in front of virtual sensors.

bleak's own BlueZ backend talks to it as it would to bluetoothd: adapter, scan, devices, GATT
objects, StartNotify, dropped links.
"""

import asyncio
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio.message_bus import MessageBus

from imu_valgus.devices import Notification
from imu_valgus.devices.decoders.reference import (
    BACKFILL,
    CONTROL,
    INFO,
    SERVICE,
    STREAM,
    TIME,
)
from imu_valgus.devices.virtual import Outage, RadioParams, VirtualSensor
from imu_valgus.devices.virtual.events import LinkEnd, LinkEvents

ADAPTER = "/org/bluez/hci0"
MTU = 247
FLAGS = {
    INFO: ["read"],
    CONTROL: ["write", "indicate"],
    STREAM: ["notify"],
    BACKFILL: ["notify"],
    TIME: ["write-without-response", "notify"],
}
Properties = dict[str, Variant]


@contextmanager
def private_bus(folder: Path) -> Generator[None]:
    """Run a dbus-daemon and have it taken for the system's."""
    config = folder / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>unix:path={folder}/bus</listen>"
        "<auth>EXTERNAL</auth><policy context='default'><allow send_destination='*'/>"
        "<allow receive_sender='*'/><allow own='*'/></policy></busconfig>"
    )
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert daemon.stdout is not None
    before = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = daemon.stdout.readline().decode().strip()
    try:
        yield
    finally:
        if before is None:
            del os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        else:
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = before
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()


class BlueZ:
    """The objects of bluetoothd, and what is called on them."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Properties]] = {
            ADAPTER: {
                "org.bluez.Adapter1": {
                    "Address": Variant("s", "00:00:00:00:00:01"),
                    "Powered": Variant("b", True),
                    "Discovering": Variant("b", False),
                    "Roles": Variant("as", ["central"]),
                    "UUIDs": Variant("as", []),
                }
            }
        }
        self.devices: dict[str, Device] = {}
        self._advertising: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self.bus.add_message_handler(self._on_message)
        await self.bus.request_name("org.bluez")
        self._advertising = asyncio.create_task(self._advertise())

    async def stop(self) -> None:
        tasks = [self._advertising, *(device.running for device in self.devices.values())]
        for task in filter(None, tasks):
            task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def change(self, path: str, interface: str, **changed: Variant) -> None:
        """Set properties and tell everybody."""
        self.objects[path][interface].update(changed)
        self.bus.send(
            Message.new_signal(
                path,
                "org.freedesktop.DBus.Properties",
                "PropertiesChanged",
                "sa{sv}as",
                [interface, changed, []],
            )
        )

    def appear(self, path: str, interfaces: dict[str, Properties]) -> None:
        """Add an object and tell everybody."""
        self.objects[path] = interfaces
        self.bus.send(
            Message.new_signal(
                "/",
                "org.freedesktop.DBus.ObjectManager",
                "InterfacesAdded",
                "oa{sa{sv}}",
                [path, interfaces],
            )
        )

    async def _advertise(self) -> None:
        """Let whoever scans hear the devices, ten times a second."""
        while True:
            await asyncio.sleep(0.1)
            if self.objects[ADAPTER]["org.bluez.Adapter1"]["Discovering"].value:
                for device in self.devices.values():
                    device.advertise()

    def _on_message(self, message: Message) -> Message | bool | None:
        path, member = message.path or "", message.member
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        if member == "GetManagedObjects":
            return Message.new_method_return(message, "a{oa{sa{sv}}}", [self.objects])
        if path == ADAPTER:
            discovering = Variant("b", member == "StartDiscovery")
            self.objects[ADAPTER]["org.bluez.Adapter1"]["Discovering"] = discovering
            return Message.new_method_return(message)
        device = next((d for d in self.devices.values() if path.startswith(d.path)), None)
        if device is None or (member == "Connect" and device.away):
            return Message.new_error(message, "org.bluez.Error.Failed", "le-connection-timed-out")
        answer = device.call(str(member), path, message.body)
        if answer:
            return Message.new_method_return(message, "ay", [answer])
        return Message.new_method_return(message)


class Device:
    """One virtual sensor as bluetoothd shows it."""

    def __init__(
        self, bluez: BlueZ, sensor: VirtualSensor, address: str, params: RadioParams
    ) -> None:
        self.bluez, self.sensor, self.address = bluez, sensor, address
        self.path = f"{ADAPTER}/dev_{address.replace(':', '_')}"
        self.away = False
        self.running: asyncio.Task[None] | None = None
        self._params = params
        self._events = LinkEvents(sensor, params)
        self._paths = {uuid: f"{self.path}/service0001/char{k:04x}" for k, uuid in enumerate(FLAGS)}
        self._notifying: set[str] = set()
        bluez.devices[address] = self

    def advertise(self) -> None:
        if self.away or self.running is not None:
            return
        rssi = Variant("n", -50)
        if self.path in self.bluez.objects:
            self.bluez.change(self.path, "org.bluez.Device1", RSSI=rssi)
            return
        properties: Properties = {
            "Address": Variant("s", self.address),
            "AddressType": Variant("s", "random"),
            "Adapter": Variant("o", ADAPTER),
            "Name": Variant("s", self.sensor.name),
            "Alias": Variant("s", self.sensor.name),
            "Paired": Variant("b", False),
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "UUIDs": Variant("as", [SERVICE]),
            "ServiceData": Variant("a{sv}", {SERVICE: Variant("ay", self.sensor.advertised())}),
            "RSSI": rssi,
        }
        self.bluez.appear(self.path, {"org.bluez.Device1": properties})

    def call(self, member: str, path: str, body: list[Any]) -> bytes | None:
        """Do what was called; the bytes that were read, if anything was."""
        uuid = next((uuid for uuid, at in self._paths.items() if at == path), "")
        now_s = asyncio.get_running_loop().time()
        if member == "Connect":
            self._connect()
        elif member == "Disconnect":
            self.drop()
        elif member == "StartNotify":
            self._notifying.add(uuid)
        elif member == "StopNotify":
            self._notifying.discard(uuid)
        elif member == "ReadValue":
            return self.sensor.info(now_s, mtu=MTU)
        elif member == "WriteValue" and uuid == TIME:
            self._events.on_ping(bytes(body[0]))
        elif member == "WriteValue":
            answer = self.sensor.control(bytes(body[0]), now_s, mtu=MTU)
            asyncio.get_running_loop().call_soon(self._notify, Notification(CONTROL, answer))
        return None

    def drop(self) -> None:
        """The link ends."""
        if self.running is not None:
            self.running.cancel()
            self.running = None
            self._notifying.clear()
            self.sensor.on_link()
            self.bluez.change(
                self.path,
                "org.bluez.Device1",
                Connected=Variant("b", False),
                ServicesResolved=Variant("b", False),
            )

    async def suffer(self, outage: Outage, motion_s: float) -> None:
        """Be out of reach for a while."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(motion_s + outage.start_s - loop.time(), 0))
        self.away = self._events.silent = True
        await asyncio.sleep(self._params.supervision_s)
        self.drop()
        self._events.silent = False
        await asyncio.sleep(max(motion_s + outage.start_s + outage.length_s - loop.time(), 0))
        self.away = False

    def _connect(self) -> None:
        self.sensor.on_link()

        async def send(notification: Notification) -> None:
            self._notify(notification)

        end = LinkEnd(lambda: MTU, lambda: STREAM in self._notifying, send)
        self.running = asyncio.create_task(self._events.run(end))
        service = f"{self.path}/service0001"
        if service not in self.bluez.objects:
            self.bluez.appear(
                service,
                {
                    "org.bluez.GattService1": {
                        "UUID": Variant("s", SERVICE),
                        "Primary": Variant("b", True),
                        "Device": Variant("o", self.path),
                        "Includes": Variant("ao", []),
                    }
                },
            )
            for uuid, path in self._paths.items():
                self.bluez.appear(
                    path,
                    {
                        "org.bluez.GattCharacteristic1": {
                            "UUID": Variant("s", uuid),
                            "Service": Variant("o", service),
                            "Flags": Variant("as", FLAGS[uuid]),
                            "Value": Variant("ay", b""),
                            "Notifying": Variant("b", False),
                            "MTU": Variant("q", MTU),
                        }
                    },
                )
        self.bluez.change(
            self.path,
            "org.bluez.Device1",
            Connected=Variant("b", True),
            ServicesResolved=Variant("b", True),
        )

    def _notify(self, notification: Notification) -> None:
        if notification.characteristic in self._notifying and not self._events.silent:
            self.bluez.change(
                self._paths[notification.characteristic],
                "org.bluez.GattCharacteristic1",
                Value=Variant("ay", notification.payload),
            )
