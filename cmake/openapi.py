"""Joins data/openapi/*.yaml into one OpenAPI 3.1 document and carries it inside the program:
openapi.py OUT.cpp FILE...

base.yaml gives everything but paths; every file may add paths and components. An operation may say less than the
document: each is given the problem answer as `default`, and each GET of JSON the answer 304. What cannot be right (the
same path, operation or component twice, a reference to nothing) ends the build.
"""
import json
import pathlib
import sys

import yaml

METHODS = {"get", "put", "post", "patch", "delete"}


class Reader(yaml.SafeLoader):
    """YAML in which a key stands once, and a date or a yes is the text that was written."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(name) for name in names if names.count(name) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"stands twice: {', '.join(sorted(twice))}", node.start_mark)
        return super().construct_mapping(node, deep)


Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def stop(words):
    sys.exit(f"openapi: {words}")


def with_text_keys(value):
    """Response codes are numbers in YAML and names in JSON; references into base.yaml are into the whole document."""
    if isinstance(value, dict):
        out = {str(name): with_text_keys(inner) for name, inner in value.items()}
        if isinstance(out.get("$ref"), str) and ".yaml#/" in out["$ref"]:
            out["$ref"] = "#/" + out["$ref"].split("#/", 1)[1]
        return out
    if isinstance(value, list):
        return [with_text_keys(inner) for inner in value]
    return value


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolves(document, reference):
    if not reference.startswith("#/"):
        return False
    here = document
    for part in reference[2:].split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(here, dict) or part not in here:
            return False
        here = here[part]
    return True


def join(files):
    document = {}
    for path in sorted(map(pathlib.Path, files), key=lambda path: (path.stem != "base", path.stem)):
        try:
            part = with_text_keys(yaml.load(path.read_text(), Reader))
        except yaml.YAMLError as error:
            stop(f"{path}: {error}")
        if path.stem == "base":
            document = part
            document.setdefault("paths", {})
            continue
        for place, operations in (part.get("paths") or {}).items():
            known = document["paths"].setdefault(place, {})
            for name, operation in operations.items():
                if name in known:
                    stop(f"{path}: {name} {place} stands in another file too")
                known[name] = operation
        for kind, entries in (part.get("components") or {}).items():
            known = document["components"].setdefault(kind, {})
            for name, entry in (entries or {}).items():
                if name in known:
                    stop(f"{path}: the component {kind}/{name} stands in another file too; name it after your area")
                known[name] = entry
        document.setdefault("tags", []).extend(part.get("tags") or [])
    return document


def complete(document):
    seen = {}
    for place, operations in document["paths"].items():
        for method, operation in operations.items():
            if method not in METHODS:
                continue
            name = operation.get("operationId") or stop(f"{method} {place}: no operationId")
            if name in seen:
                stop(f"the operation {name} stands twice: {seen[name]} and {place}")
            seen[name] = place
            responses = operation.setdefault("responses", {})
            responses.setdefault("default", {"$ref": "#/components/responses/Problem"})
            if method == "get" and "200" in responses:
                responses.setdefault("304", {"$ref": "#/components/responses/NotModified"})
    for reference in references(document):
        if not resolves(document, reference):
            stop(f"the reference {reference} leads nowhere")


out, *files = sys.argv[1:]
document = join(files)
complete(document)
text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
if out.endswith(".json"):  # for the web interface, whose types are made from it
    pathlib.Path(out).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(out).write_bytes(text)
    sys.exit()
rows = [",".join(str(byte) for byte in text[i:i + 64]) for i in range(0, len(text), 64)]
pathlib.Path(out).parent.mkdir(parents=True, exist_ok=True)
pathlib.Path(out).write_text(
    '#include "api/openapi.h"\n\nnamespace utsyn::api {\nnamespace {\nconst unsigned char kData[] = {\n'
    + ",\n".join(rows)
    + "};\n}  // namespace\n"
    "std::string_view openapi_document() { return {reinterpret_cast<const char*>(kData), sizeof kData}; }\n"
    "}  // namespace utsyn::api\n"
)
