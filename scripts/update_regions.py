"""Write rules/tables/regions.yaml, the regions of AWS, from the partitions that botocore knows.

python scripts/update_regions.py            write the file
python scripts/update_regions.py --check    exit 1 when the file is not what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

import botocore.session

TARGET = Path(__file__).resolve().parent.parent / "rules" / "tables" / "regions.yaml"

HEAD = "# The regions of AWS, made by scripts/update_regions.py from the partitions of botocore.\n"


def build() -> str:
    """The text of the table: a list of names. Entries such as ``aws-global`` are no regions and have no number."""
    loader = botocore.session.get_session().get_component("data_loader")
    names = {name for partition in loader.load_data("partitions")["partitions"] for name in partition["regions"]}
    return HEAD + "".join(f"- {name}\n" for name in sorted(names) if name[-1].isdigit())


def main() -> int:
    """Write the table, or with --check only compare it."""
    text = build()
    if "--check" in sys.argv[1:]:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
