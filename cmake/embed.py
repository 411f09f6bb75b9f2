"""Carries data files inside the program: embed.py OUT.cpp FUNCTION FILE...  The function gives one JSON object, file
stem to content: of a JSON file its value, of any other its text."""
import json
import pathlib
import sys

out, function, *files = sys.argv[1:]


def content_of(path):
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else text


content = {pathlib.Path(f).stem: content_of(pathlib.Path(f)) for f in sorted(files)}
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
