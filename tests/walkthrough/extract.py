"""Takes the first C++ block of a Markdown page out of it: extract.py PAGE.md OUT.cpp"""
import pathlib
import re
import sys

page, out = sys.argv[1:]
blocks = re.findall(r"^```cpp\n(.*?)^```", pathlib.Path(page).read_text(), re.S | re.M)
if not blocks:
    sys.exit(f"{page}: there is no C++ block")
pathlib.Path(out).write_text(blocks[0])
