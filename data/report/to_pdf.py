"""Makes FOLDER/report.pdf (PDF/UA-1) of FOLDER/report.html with WeasyPrint: python3 to_pdf.py FOLDER. Runs as a process of its
own, without the network; nothing is fetched but what the document itself carries.

WeasyPrint 57 tags a document but for four things that PDF/UA-1 asks for, and which are added here: a figure is a Figure with
its text alternative, a header cell says what it heads, content belongs to one element only, and what is no content (rules,
page feet) is an artifact."""
import sys
from pathlib import Path

import pydyf
import weasyprint
from weasyprint.pdf.stream import Stream

folder = Path(sys.argv[1])
TAGS = {"figure": "Figure", "caption": "Caption"}
drawn = {}  # (page, element) in the order of drawing: each becomes one element of the structure


def begin_marked_content(self, box, mcid=False, tag=None):
    if not self._mark:
        return
    open_tags = self.__dict__.setdefault("open_tags", [])
    element = box.element_tag or ""
    real = tag or (element in ("p", "li", "th", "td", "figure", "caption", "h1", "h2", "h3") and (
        TAGS.get(element) or self.get_marked_content_tag(element)))
    if open_tags and open_tags[-1] is None:
        pydyf.Stream.end_marked_content(self)  # the artifact waits
    if real:
        pydyf.Stream.begin_marked_content(self, real, pydyf.Dictionary({"MCID": len(self.marked)}))
        self.marked.append((real, box))
        drawn.setdefault((id(self), box.element), real)
    else:
        pydyf.Stream.begin_marked_content(self, "Artifact")
    open_tags.append(real or None)


def end_marked_content(self):
    if not self._mark:
        return
    pydyf.Stream.end_marked_content(self)
    self.open_tags.pop()
    if self.open_tags and self.open_tags[-1] is None:
        pydyf.Stream.begin_marked_content(self, "Artifact")


def refuse(url, *_, **__):
    raise ValueError(f"the document asks for {url[:100]}")


def complete(document, pdf):
    """Text alternatives and scopes, in the order in which the elements were drawn."""
    elements = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem"]
    for tag in ("Figure", "TH"):
        sources = [element for (_, element), real in drawn.items() if real == tag]
        found = [item for item in elements if item["S"] == f"/{tag}"]
        if len(found) != len(sources):
            raise AssertionError(f"{len(found)} elements {tag} for {len(sources)} that were drawn")
        for item, source in zip(found, sources):
            if tag == "Figure":
                item["Alt"] = pydyf.String(source.get("aria-label"))
            else:
                item["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Row" if source.get("scope") == "row" else "/Column"})


if weasyprint.__version__.startswith("57."):
    Stream.begin_marked_content = begin_marked_content
    Stream.end_marked_content = end_marked_content
    original = Stream.get_marked_content_tag
    Stream.get_marked_content_tag = lambda self, element: TAGS.get(element) or original(self, element)
    finisher = complete
else:
    finisher = None

html = weasyprint.HTML(string=(folder / "report.html").read_text(encoding="utf-8"), base_url=folder.as_uri() + "/", url_fetcher=refuse)
html.write_pdf(folder / "report.pdf", pdf_variant="pdf/ua-1") if finisher is None else html.write_pdf(
    folder / "report.pdf", variant="pdf/ua-1", finisher=finisher)
