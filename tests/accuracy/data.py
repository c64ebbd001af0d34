"""Where the recordings by others are."""

import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def shared_data() -> Path:
    """Return the folder beside the repository, or beside that of a linked worktree."""
    asked = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    repositories = [ROOT, *(Path(line).parent for line in asked.stdout.splitlines())]
    folders = [repository.parent / "shared" / "data" for repository in repositories]
    return next((folder for folder in folders if folder.is_dir()), folders[0])
