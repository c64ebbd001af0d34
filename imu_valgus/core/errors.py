"""What can go wrong that the user can mend."""


class ImuValgusError(Exception):
    """One line that says what is wrong and where, and a hint that says how to mend it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def hint(self) -> str:
        """How to mend it; Python shows it below the error, to who works in a notebook."""
        return self._hint

    @hint.setter
    def hint(self, hint: str) -> None:
        self._hint = hint
        self.__notes__: list[str] = [f"hint: {hint}"] if hint else []


class RecordingError(ImuValgusError):
    """A file or a session folder cannot be read or written as it stands."""


class CalibrationError(ImuValgusError):
    """The recording lacks what the sensor-to-segment alignment needs."""


class DecodeError(ImuValgusError):
    """Bytes that are no message of the sensor that they are said to come from."""
