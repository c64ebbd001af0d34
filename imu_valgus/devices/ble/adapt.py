"""A ``Radio`` as a backend of bleak, so that all above works on bleak's own interface alone."""

import asyncio
from collections.abc import Callable
from typing import Any

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError

from imu_valgus.devices.radio import Advert, GattLink, Radio, RadioError

_ATT_HEADER_BYTES = 3


def bleak_backends(radio: Radio) -> tuple[type[BaseBleakClient], type[BaseBleakScanner]]:
    """Return a client and a scanner class for bleak's ``backend=`` that use ``radio``."""

    class RadioClient(_RadioClient):
        used_radio = radio

    class RadioScanner(_RadioScanner):
        used_radio = radio

    return RadioClient, RadioScanner


class _RadioScanner(BaseBleakScanner):
    used_radio: Radio

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **kwargs: Any,
    ) -> None:
        del scanning_mode, kwargs
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices.clear()
        with _BleakErrors():
            await self.used_radio.start_scan(self._on_advert)

    async def stop(self) -> None:
        with _BleakErrors():
            await self.used_radio.stop_scan(self._on_advert)

    def _on_advert(self, advert: Advert) -> None:
        heard = AdvertisementData(
            local_name=advert.name or None,
            manufacturer_data=dict(advert.manufacturer_data),
            service_data=dict(advert.service_data),
            service_uuids=list(advert.service_uuids),
            tx_power=None,
            rssi=advert.rssi_dbm,
            platform_data=(),
        )
        if self.is_allowed_uuid(heard.service_uuids):
            device = self.create_or_update_device(
                advert.address, advert.address, advert.name or None, None, heard
            )
            self.call_detection_callbacks(device, heard)


class _RadioClient(BaseBleakClient):
    used_radio: Radio

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=disconnected_callback,
            timeout=timeout,
            **kwargs,
        )
        self._link: GattLink | None = None
        self._closing = False

    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return self._up.mtu

    @property
    def is_connected(self) -> bool:
        return self._link is not None

    @property
    def _up(self) -> GattLink:
        if self._link is None:
            raise BleakError("Not connected")
        return self._link

    async def connect(self, pair: bool, **kwargs: Any) -> None:  # noqa: FBT001 (bleak's signature)
        del pair
        self._closing = False
        with _BleakErrors():
            link = await self.used_radio.connect(
                self.address,
                on_lost=self._on_lost,
                timeout_s=float(kwargs.get("timeout", self._timeout)),
            )
        self._link = link
        self.services = _services(link)

    async def disconnect(self) -> None:
        self._closing = True
        link, self._link = self._link, None
        if link is not None:
            with _BleakErrors():
                await link.disconnect()

    def _on_lost(self) -> None:
        was_up, self._link = self._link is not None, None
        if was_up and not self._closing and self._disconnected_callback is not None:
            asyncio.get_running_loop().call_soon(self._disconnected_callback)

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        raise NotImplementedError("virtual sensors do not pair")

    async def unpair(self) -> None:
        raise NotImplementedError("virtual sensors do not pair")

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        del use_cached, kwargs
        with _BleakErrors():
            return bytearray(await self._up.read(characteristic.handle))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        raise NotImplementedError("no descriptor is read")

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001 (bleak's signature)
    ) -> None:
        with _BleakErrors():
            await self._up.write(characteristic.handle, bytes(data), response=response)

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        raise NotImplementedError("no descriptor is written")

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **kwargs: Any
    ) -> None:
        del kwargs
        with _BleakErrors():
            await self._up.subscribe(
                characteristic.handle, lambda payload: callback(bytearray(payload))
            )

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        with _BleakErrors():
            await self._up.unsubscribe(characteristic.handle)


class _BleakErrors:
    """Raises what the radio says in bleak's words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RadioError):
            raise BleakError(str(error)) from error


def _services(link: GattLink) -> BleakGATTServiceCollection:
    """Copy the peripheral's table into bleak's."""
    services = BleakGATTServiceCollection()
    seen: dict[str, BleakGATTService] = {}
    for one in link.characteristics:
        if one.service_uuid not in seen:
            # Services have no handle here: one below their first characteristic is free.
            seen[one.service_uuid] = BleakGATTService(None, one.handle - 1, one.service_uuid)
            services.add_service(seen[one.service_uuid])
        services.add_characteristic(
            BleakGATTCharacteristic(
                None,
                one.handle,
                one.uuid,
                list(one.properties),
                lambda: link.mtu - _ATT_HEADER_BYTES,
                seen[one.service_uuid],
            )
        )
    return services
