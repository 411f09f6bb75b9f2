"""Writes the list of all checks from src/checks/, and carries data/checks/*.json into the program.

src/checks/dns/caa_exists.cpp  ->  symbol dns_caa_exists  ->  id dns.caa.exists (the id stands in the file; a test
holds the three together).
"""
import json
import pathlib
import sys

root, registry, catalogue = (pathlib.Path(a) for a in sys.argv[1:4])
symbols = sorted(
    f"{path.parent.name}_{path.stem}"
    for path in (root / "src/checks").glob("*/*.cpp")
    if "UTSYN_CHECK(" in path.read_text()
)
lines = ['#include "checks/registry.h"', "", "namespace utsyn::checks {", "namespace catalogue {"]
lines += [f"extern const Check {symbol};" for symbol in symbols]
lines += ["}  // namespace catalogue", "", "std::span<const Check* const> all_checks() {"]
lines += ["  static const Check* const checks[] = {"]
lines += [f"      &catalogue::{symbol}," for symbol in symbols]
lines += ["      nullptr};", f"  return {{checks, {len(symbols)}}};", "}", "", "}  // namespace utsyn::checks", ""]
registry.parent.mkdir(parents=True, exist_ok=True)
registry.write_text("\n".join(lines))

entries = [json.loads(path.read_text()) for path in sorted((root / "data/checks").glob("*.json"))]
text = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
rows = [",".join(str(byte) for byte in text[i:i + 64]) for i in range(0, len(text), 64)]
catalogue.write_text(
    '#include "checks/registry.h"\n\nnamespace utsyn::checks {\nnamespace {\n'
    "const unsigned char kData[] = {\n" + ",\n".join(rows) + "};\n}  // namespace\n"
    "std::string_view catalogue_json() { return {reinterpret_cast<const char*>(kData), sizeof kData}; }\n"
    "}  // namespace utsyn::checks\n"
)
