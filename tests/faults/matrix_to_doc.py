# SPDX-License-Identifier: Apache-2.0
"""matrix_to_doc.py --check|--write FILE: holds what stands between two comments of a guide to matrix.md."""

import pathlib
import sys

TABLE = pathlib.Path(__file__).resolve().parent / "matrix.md"
BEGIN = "<!-- begin: tests/faults/matrix.md -->\n"
END = "<!-- end: tests/faults/matrix.md -->\n"


def with_table(text, table):
    """The guide with the table between the comments."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        sys.exit(f"the guide needs these lines, once and in this order:\n{BEGIN}{END}")
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n" + table + "\n" + END + rest.partition(END)[2]


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("--check", "--write"):
        sys.exit(__doc__)
    guide = pathlib.Path(sys.argv[2])
    text = guide.read_text(encoding="utf-8")
    wanted = with_table(text, TABLE.read_text(encoding="utf-8"))
    if sys.argv[1] == "--write":
        guide.write_text(wanted, encoding="utf-8")
    elif text != wanted:
        sys.exit(f"{guide} differs from {TABLE.name}: run {sys.argv[0]} --write {guide}")


if __name__ == "__main__":
    main()
