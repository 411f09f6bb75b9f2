"""Carries data files inside the program: embed.py OUT.cpp FUNCTION FILE...  Each FILE is JSON; the function gives one
JSON object, file stem to content."""
import json
import pathlib
import sys

out, function, *files = sys.argv[1:]
content = {pathlib.Path(f).stem: json.loads(pathlib.Path(f).read_text()) for f in sorted(files)}
text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
rows = [",".join(str(byte) for byte in text[i:i + 64]) for i in range(0, len(text), 64)]
pathlib.Path(out).parent.mkdir(parents=True, exist_ok=True)
pathlib.Path(out).write_text(
    "#include <string_view>\n\nnamespace utsyn::data {\nnamespace {\nconst unsigned char kData[] = {\n"
    + ",\n".join(rows)
    + "};\n}  // namespace\n"
    + f"std::string_view {function}();\n"
    + f"std::string_view {function}() {{ return {{reinterpret_cast<const char*>(kData), sizeof kData}}; }}\n"
    + "}  // namespace utsyn::data\n"
)
