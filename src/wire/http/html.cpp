#include "wire/http/html.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdlib>
#include <unordered_map>

#include "base/characters.h"
#include "base/text.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxMemory = 128ULL << 20U;
constexpr std::size_t kMaxList = 2000;
constexpr std::size_t kMaxHtmlText = 4096;
constexpr std::size_t kMaxComments = 200;
constexpr std::uint64_t kMaxWork = 200'000'000;  // steps of the parser's inner loops, about a second
constexpr std::size_t kMaxAttributes = 4000;     // of one tag

// ---- Bounds. gumbo has none: it walks its whole stack of open elements for most tags, compares each
// attribute with all before it, frees its tree by recursion and cannot be told that memory is short.

// Gives gumbo its memory, up to a sum, and frees everything at once without walking the tree. When the sum is
// reached it jumps out of the parser: gumbo's frames are plain C and own nothing but this memory.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    while (first_ != nullptr) {
      auto* next = first_->next;
      std::free(first_);
      first_ = next;
    }
  }

  static void* allocate(void* self, std::size_t size) { return static_cast<Arena*>(self)->take(size); }
  static void release(void* self, void* memory) { static_cast<Arena*>(self)->give_back(memory); }

  std::jmp_buf out_of_memory;
  GumboOutput* parsed = nullptr;

 private:
  struct alignas(std::max_align_t) Block {
    Block* previous;
    Block* next;
    std::size_t size;
  };

  void* take(std::size_t size) {
    if (size > kMaxMemory || used_ + size + sizeof(Block) > kMaxMemory) std::longjmp(out_of_memory, 1);
    auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + size));
    if (block == nullptr) std::longjmp(out_of_memory, 1);
    *block = {nullptr, first_, size};
    if (first_ != nullptr) first_->previous = block;
    first_ = block;
    used_ += size + sizeof(Block);
    return block + 1;
  }

  void give_back(void* memory) {
    if (memory == nullptr) return;
    auto* block = static_cast<Block*>(memory) - 1;
    (block->previous == nullptr ? first_ : block->previous->next) = block->next;
    if (block->next != nullptr) block->next->previous = block->previous;
    used_ -= block->size + sizeof(Block);
    std::free(block);
  }

  Block* first_ = nullptr;
  std::size_t used_ = 0;
};

// No object with a destructor lives in this frame, so that the jump skips none.
bool parse_within(Arena& arena, const GumboOptions& options, const char* text, std::size_t size) {
  if (setjmp(arena.out_of_memory) != 0) return false;
  arena.parsed = gumbo_parse_with_options(&options, text, size);
  return true;
}

// Never open for long: void elements, and those that the next of their kind closes.
bool closes_itself(std::string_view tag) {
  constexpr std::array<std::string_view, 20> kTags = {
      "area",  "base",   "br",    "col", "embed", "hr", "img", "input", "link", "meta",
      "param", "source", "track", "wbr", "p",     "li", "dd",  "dt",    "html", "body"};
  return std::find(kTags.begin(), kTags.end(), tag) != kTags.end();
}

// How much of the page can be parsed with bounded work: adds up, tag by tag, how many elements may be open.
// Quotes, comments and scripts are not respected, so the estimate errs to the high side.
std::size_t within_depth(std::string_view html) {
  std::unordered_map<std::string, std::uint64_t> open;
  std::uint64_t depth = 0;
  std::uint64_t work = 0;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const bool end_tag = at + 1 < html.size() && html[at + 1] == '/';
    const auto start = at + (end_tag ? 2 : 1);
    if (start >= html.size() || !is_letter(html[start])) continue;
    std::size_t stop = start;
    while (stop < html.size() && stop - start < 64 && !is_html_blank(html[stop]) && html[stop] != '>' &&
           html[stop] != '/')
      ++stop;
    auto name = lower(html.substr(start, stop - start));
    work += depth + 1;
    if (work > kMaxWork) return at;
    if (closes_itself(name)) continue;
    auto& count = open[std::move(name)];
    if (!end_tag) {
      ++count;
      ++depth;
    } else if (count > 0) {
      --count;
      --depth;
    }
  }
  return html.size();
}

// Stops before a tag with an absurd number of attributes. Quoted values are respected here: they hold long
// paths.
std::size_t within_attributes(std::string_view html) {
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    const auto begin = at++;
    if (at >= html.size() || !(is_letter(html[at]) || html[at] == '/')) continue;
    std::size_t attributes = 0;
    char quote = 0;
    for (char before = 0; at < html.size(); ++at) {
      const char c = html[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if ((c == '"' || c == '\'') && before == '=') {
        quote = c;
      } else if (c == '>') {
        break;
      } else if (is_html_blank(c) || c == '/' || c == '"' || c == '\'') {
        if (++attributes > 2 * kMaxAttributes) return begin;
      }
      if (!is_html_blank(c)) before = c;
    }
  }
  return html.size();
}

// ---- Reading the tree

std::string shortened(std::string_view text, std::size_t limit = kMaxHtmlText) {
  return std::string(text.substr(0, limit));
}

std::string attribute(const GumboElement& element, const char* name) {
  const auto* found = gumbo_get_attribute(&element.attributes, name);
  return found == nullptr ? std::string() : shortened(trim(found->value));
}

bool has_attribute(const GumboElement& element, const char* name) {
  return gumbo_get_attribute(&element.attributes, name) != nullptr;
}

template <class Item>
void keep(std::vector<Item>& list, Item item) {
  if (list.size() < kMaxList) list.push_back(std::move(item));
}

std::string text_inside(const GumboElement& element) {
  std::string text;
  for (unsigned i = 0; i < element.children.length && text.size() < kMaxHtmlText; ++i) {
    const auto* child = static_cast<const GumboNode*>(element.children.data[i]);
    const bool words = child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE;
    if (words) text += shortened(child->v.text.text);
  }
  return shortened(trim(text));
}

bool has_word(std::string_view list, std::string_view word) {
  for (const auto part : split(list, ' ')) {
    if (iequals(trim(part), word)) return true;
  }
  return false;
}

class Walker {
 public:
  explicit Walker(HtmlPage& page) : page_(page) {}

  void walk(const GumboNode* root) {
    struct Place {
      const GumboNode* node;
      unsigned next_child;
      bool opened_form;
    };
    std::vector<Place> path;
    if (enter(root)) path.push_back({root, 0, false});
    while (!path.empty()) {
      auto& place = path.back();
      const auto& children = place.node->v.element.children;
      if (place.next_child == children.length) {
        leave(place.node, place.opened_form);
        path.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(children.data[place.next_child++]);
      const bool form_before = in_form_;
      if (enter(child)) path.push_back({child, 0, in_form_ && !form_before});
    }
  }

 private:
  // True when the node has children to walk.
  bool enter(const GumboNode* node) {
    if (node->type == GUMBO_NODE_COMMENT) {
      if (page_.comments.size() < kMaxComments)
        page_.comments.push_back(shortened(trim(node->v.text.text), 1024));
      return false;
    }
    if (node->type != GUMBO_NODE_ELEMENT) return false;  // a template is inert
    const auto& element = node->v.element;
    if (element.tag == GUMBO_TAG_HEAD) in_head_ = true;
    if (element.tag_namespace == GUMBO_NAMESPACE_HTML) read(element);
    return true;
  }

  void leave(const GumboNode* node, bool opened_form) {
    if (node->v.element.tag == GUMBO_TAG_HEAD) in_head_ = false;
    if (opened_form) in_form_ = false;
  }

  void resource(HtmlResource::Kind kind, const GumboElement& element, std::string url) {
    if (url.empty()) return;
    keep(page_.resources, HtmlResource{kind, std::move(url), attribute(element, "integrity"),
                                       has_attribute(element, "crossorigin")});
  }

  void read(const GumboElement& element) {
    using ResourceKind = HtmlResource::Kind;
    switch (element.tag) {
      case GUMBO_TAG_TITLE:
        if (page_.title.empty()) page_.title = text_inside(element).substr(0, 512);
        break;
      case GUMBO_TAG_BASE:
        if (page_.base_href.empty()) page_.base_href = attribute(element, "href");
        break;
      case GUMBO_TAG_META:
        meta(element);
        break;
      case GUMBO_TAG_FORM:
        form(element);
        break;
      case GUMBO_TAG_INPUT:
        input(element);
        break;
      case GUMBO_TAG_BUTTON:
        submit(element);
        break;
      case GUMBO_TAG_SELECT:
      case GUMBO_TAG_TEXTAREA:
        if (in_form_ && !page_.forms.empty()) page_.forms.back().has_user_input = true;
        break;
      case GUMBO_TAG_SCRIPT:
        keep(page_.scripts,
             HtmlScript{attribute(element, "src"), attribute(element, "integrity"),
                        has_attribute(element, "crossorigin"), lower(attribute(element, "type"))});
        break;
      case GUMBO_TAG_LINK:
        link(element);
        break;
      case GUMBO_TAG_IFRAME:
      case GUMBO_TAG_FRAME:
        resource(ResourceKind::frame, element, attribute(element, "src"));
        break;
      case GUMBO_TAG_OBJECT:
        resource(ResourceKind::object, element, attribute(element, "data"));
        break;
      case GUMBO_TAG_EMBED:
        resource(ResourceKind::object, element, attribute(element, "src"));
        break;
      case GUMBO_TAG_IMG:
        resource(ResourceKind::image, element, attribute(element, "src"));
        source_set(ResourceKind::image, element);
        break;
      case GUMBO_TAG_VIDEO:
        resource(ResourceKind::image, element, attribute(element, "poster"));
        [[fallthrough]];
      case GUMBO_TAG_AUDIO:
      case GUMBO_TAG_TRACK:
        resource(ResourceKind::media, element, attribute(element, "src"));
        break;
      case GUMBO_TAG_SOURCE:
        resource(ResourceKind::media, element, attribute(element, "src"));
        source_set(ResourceKind::image, element);
        break;
      case GUMBO_TAG_A:
      case GUMBO_TAG_AREA:
        if (auto href = attribute(element, "href"); !href.empty()) keep(page_.links, std::move(href));
        break;
      default:
        break;
    }
  }

  void source_set(HtmlResource::Kind kind, const GumboElement& element) {
    const auto set = attribute(element, "srcset");
    for (const auto candidate : split(set, ',')) {
      auto rest = trim(candidate);
      const auto url = rest.substr(0, rest.find_first_of(" \t\r\n"));
      if (!istarts_with(url, "data:")) resource(kind, element, std::string(url));
    }
  }

  void meta(const GumboElement& element) {
    const auto content = attribute(element, "content");
    const auto equiv = attribute(element, "http-equiv");
    const auto named = attribute(element, "name");
    if (iequals(equiv, "content-security-policy")) {
      if (in_head_ && page_.meta_csp.size() < 64) page_.meta_csp.push_back(content);
    } else if (iequals(equiv, "refresh")) {
      if (!page_.refresh) page_.refresh = parse_meta_refresh(content);
    }
    if (iequals(named, "referrer") && !content.empty()) page_.meta_referrer = content;
    if (iequals(named, "generator") && page_.generator.empty()) page_.generator = content.substr(0, 512);
  }

  void form(const GumboElement& element) {
    if (page_.forms.size() == kMaxList) return;
    in_form_ = true;
    HtmlForm form;
    const auto method = lower(attribute(element, "method"));
    if (method == "post" || method == "dialog") form.method = method;
    form.action = attribute(element, "action");
    page_.forms.push_back(std::move(form));
  }

  void input(const GumboElement& element) {
    const auto type = lower(attribute(element, "type"));
    if (type == "password") page_.has_password = true;
    submit(element);
    if (!in_form_ || page_.forms.empty()) return;
    auto& form = page_.forms.back();
    if (type == "password") form.has_password = true;
    constexpr std::array<std::string_view, 6> kNotFilledIn = {"hidden", "submit", "button",
                                                              "image",  "reset",  "search"};
    constexpr std::array<std::string_view, 5> kSearchNames = {"q", "s", "query", "search", "searchword"};
    const auto named = lower(attribute(element, "name"));
    const bool silent = std::find(kNotFilledIn.begin(), kNotFilledIn.end(), type) != kNotFilledIn.end() ||
                        std::find(kSearchNames.begin(), kSearchNames.end(), named) != kSearchNames.end();
    if (!silent) form.has_user_input = true;
  }

  void submit(const GumboElement& element) {
    auto action = attribute(element, "formaction");
    if (in_form_ && !page_.forms.empty() && !action.empty())
      keep(page_.forms.back().submit_actions, std::move(action));
  }

  void link(const GumboElement& element) {
    using ResourceKind = HtmlResource::Kind;
    const auto relation = attribute(element, "rel");
    auto href = attribute(element, "href");
    if (has_word(relation, "stylesheet")) {
      resource(ResourceKind::stylesheet, element, std::move(href));
    } else if (has_word(relation, "preload") || has_word(relation, "modulepreload") ||
               has_word(relation, "prefetch") || has_word(relation, "manifest")) {
      resource(ResourceKind::preload, element, std::move(href));
    } else if (has_word(relation, "icon") || has_word(relation, "apple-touch-icon")) {
      resource(ResourceKind::image, element, std::move(href));
    }
  }

  HtmlPage& page_;
  bool in_head_ = false;
  bool in_form_ = false;
};

}  // namespace

std::optional<MetaRefresh> parse_meta_refresh(std::string_view content) {
  auto rest = trim(content);
  const auto digits = rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size()));
  if (digits.empty() && !rest.starts_with('.')) return std::nullopt;
  MetaRefresh refresh;
  refresh.seconds = static_cast<unsigned>(
      std::min<std::uint64_t>(parse_uint(digits).value_or(digits.empty() ? 0 : 86400), 86400));
  rest.remove_prefix(digits.size());
  rest.remove_prefix(std::min(rest.find_first_not_of("0123456789."), rest.size()));
  rest = trim(rest);
  if (rest.empty()) return refresh;
  if (rest.front() == ';' || rest.front() == ',') rest = trim(rest.substr(1));
  if (istarts_with(rest, "url")) {
    const auto after = trim(rest.substr(3));
    if (after.starts_with('=')) rest = trim(after.substr(1));
  }
  if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
    const char quote = rest.front();
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find(quote));
  }
  refresh.url = shortened(trim(rest));
  return refresh;
}

bool looks_like_html(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto start = lower(trim(body.substr(0, 4096)).substr(0, 64));
  for (const std::string_view tag :
       {"<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<title", "<meta", "<h1", "<div",
        "<p>", "<style", "<table", "<!--", "<a ", "<br"}) {
    if (start.starts_with(tag)) return true;
  }
  return start.starts_with("<?xml") && lower(body.substr(0, 1024)).find("<html") != std::string::npos;
}

HtmlPage parse_html(std::string_view html) {
  HtmlPage page;
  auto text = html.substr(0, kMaxHtmlBytes);
  text = text.substr(0, within_depth(text));
  text = text.substr(0, within_attributes(text));
  page.truncated = text.size() < html.size();
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  Arena arena;
  options.allocator = Arena::allocate;
  options.deallocator = Arena::release;
  options.userdata = &arena;
  if (!parse_within(arena, options, text.data(), text.size()) || arena.parsed == nullptr) {
    page.truncated = true;
    return page;
  }
  Walker(page).walk(arena.parsed->root);
  return page;
}

}  // namespace utsyn::wire
