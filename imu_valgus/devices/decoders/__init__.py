"""One file a kind of sensor: bytes ⇄ packets, pure, with the byte table as its docstring.

Comes in: the payload of a notification. Goes out: a ``Packet``, a ``Notice`` or a ``DecodeError``.
Each file ends with its ``MODEL``, which ``devices.sensors`` collects. None of them knows a radio,
an event loop or a clock; what came before they know only inside a ``Decoder``.
"""
