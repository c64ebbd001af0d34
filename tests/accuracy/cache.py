"""What was computed once is read the next time, as long as nothing that it came of has changed."""

import ast
import hashlib
import pickle
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeVar

Result = TypeVar("Result")
FOLDER: Final = Path(tempfile.gettempdir()) / "imu_valgus_accuracy"


def kept(compute: Callable[[], Result], *names: str) -> Result:
    """Return what ``compute`` returned under these names, or let it compute.

    ``names`` say all that the result depends on: parameters, and digests of code and data.
    """
    key = hashlib.sha256("\n".join(names).encode()).hexdigest()[:24]
    path = FOLDER / f"{key}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())
    result = compute()
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{id(result)}.part")
    part.write_bytes(pickle.dumps(result))
    part.replace(path)
    return result


def code(*files: str | Path) -> str:
    """Return a digest of what source files, and folders of them, say; their layout is no matter."""
    digest = hashlib.sha256()
    for file in map(Path, files):
        for path in sorted(file.rglob("*.py")) if file.is_dir() else [file]:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            lines = sorted(ast.dump(node) for node in tree.body if not _is_text(node))
            digest.update("\n".join(lines).encode())
    return digest.hexdigest()


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def releases(*packages: str) -> str:
    """Return the installed versions of the packages that a result came of."""
    return ", ".join(f"{name} {version(name)}" for name in packages)
