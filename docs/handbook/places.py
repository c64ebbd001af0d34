"""Where the handbook finds what it includes."""

from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parents[1]
FIRMWARE_NOTES: Final = DOCS.parent / "firmware_notes"
