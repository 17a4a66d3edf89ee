"""A wheel has every file of the package and of the four folders beside it, under holdfast/, and nothing else.

Usage: wheel_contents.py WHEEL, from the checkout that it was built in.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

FOLDERS = ("verify", "scenarios", "contracts", "fixtures", "reports")


def expected(root: Path) -> set[str]:
    """What git knows, or would take in: not what is ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "holdfast", *FOLDERS]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    files = [name for name in listed if name and (root / name).is_file()]
    return {name if name.startswith("holdfast/") else f"holdfast/{name}" for name in files}


def main(wheel: Path) -> int:
    root = Path(__file__).resolve().parent.parent
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wrong = [f"missing: {name}" for name in sorted(expected(root) - shipped)]
    wrong += [f"shipped by mistake: {name}" for name in sorted(shipped - expected(root))]
    print("\n".join(wrong) or f"check-wheel: {wheel.name} has its {len(shipped)} files")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
