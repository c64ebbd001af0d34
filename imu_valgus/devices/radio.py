"""A radio as the Bluetooth layer needs it when it is none of the operating system's.

``devices.virtual`` plays it on bumble; ``devices.ble`` hands it to bleak as a backend.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Property = Literal["read", "write", "write-without-response", "notify", "indicate"]
OnBytes = Callable[[bytes], None]


class RadioError(Exception):
    """The radio could not do what it was asked; a link that was used is gone."""


@dataclass(frozen=True, slots=True)
class Advert:
    """One advertisement as it was heard; UUIDs in full and lower case."""

    address: str
    name: str
    rssi_dbm: int
    service_uuids: tuple[str, ...]
    manufacturer_data: tuple[tuple[int, bytes], ...] = ()
    service_data: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class GattCharacteristic:
    """One characteristic of a connected peripheral; UUIDs in full and lower case."""

    handle: int
    uuid: str
    service_uuid: str
    properties: tuple[Property, ...]


class GattLink(Protocol):
    """A connection. Whatever is asked of a dead one raises ``RadioError``."""

    @property
    def mtu(self) -> int:
        """The ATT MTU that was agreed on, in bytes."""
        ...

    @property
    def characteristics(self) -> Sequence[GattCharacteristic]:
        """What the peripheral offers."""
        ...

    async def read(self, handle: int) -> bytes:
        """Read a value."""
        ...

    async def write(self, handle: int, payload: bytes, *, response: bool) -> None:
        """Write a value, and wait for the peripheral's word where ``response``."""
        ...

    async def subscribe(self, handle: int, on_bytes: OnBytes) -> None:
        """Have every notification or indication of a characteristic handed over."""
        ...

    async def unsubscribe(self, handle: int) -> None:
        """Hear no more of it."""
        ...

    async def disconnect(self) -> None:
        """End the connection; nothing happens where it has ended."""
        ...


class Radio(Protocol):
    """What hears advertisements and connects."""

    async def start_scan(self, on_advert: Callable[[Advert], None]) -> None:
        """Hand over every advertisement from now on."""
        ...

    async def stop_scan(self, on_advert: Callable[[Advert], None]) -> None:
        """Hand over no more."""
        ...

    async def connect(
        self, address: str, *, on_lost: Callable[[], None], timeout_s: float
    ) -> GattLink:
        """Connect and find out what the peripheral offers; ``on_lost`` hears of the end."""
        ...

    async def close(self) -> None:
        """Switch it off."""
        ...
