#!/usr/bin/env python3
"""docs/checks.md is what the program itself says of its checks. To make it anew:
    UTSYN=build/release/utsyn tests/docs_checks.py --write"""
import os
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/checks.md"
HEAD = """# The checks

Generated from the checks themselves (`utsyn checks --markdown`); the situations are their examples, and run as tests. Do not edit: see
[adding-a-check.md](adding-a-check.md).
"""

said = subprocess.run([os.environ["UTSYN"], "checks", "--markdown", "--lang", "en"], check=True, capture_output=True,
                      text=True, timeout=60).stdout
page = HEAD + said
if "--write" in sys.argv:
    PAGE.write_text(page)
elif not PAGE.exists() or PAGE.read_text() != page:
    sys.exit(f"{PAGE} is not what the checks say. Make it anew: UTSYN=... {sys.argv[0]} --write")
elif page.count("\n### ") < 110:
    sys.exit(f"only {page.count(chr(10) + '### ')} checks are described")
print(f"{page.count(chr(10) + '### ')} checks described")
