"""An answer as JSON for a program to read."""

import json
from math import isfinite


def plain_json(answer: object) -> str:
    """Return the answer as JSON text; a number that is not known is null, for JSON has no NaN."""
    return json.dumps(_known(answer), indent=1, ensure_ascii=False, allow_nan=False)


def _known(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _known(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_known(one) for one in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
