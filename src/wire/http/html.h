// The few facts checks need from a page, by HTML5 rules (gumbo). The page is hostile: its size, the memory
// and the work of parsing it and every list taken from it are bounded, and the tree is walked without
// recursion.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace utsyn::wire {

inline constexpr std::size_t kMaxHtmlBytes = 1048576;

struct MetaRefresh {
  unsigned seconds = 0;
  std::string url;  // empty: the page itself
  bool operator==(const MetaRefresh&) const = default;
};

struct HtmlForm {
  std::string method = "get";               // lower case
  std::string action;                       // as written
  std::vector<std::string> submit_actions;  // formaction of its buttons
  bool has_password = false;
  bool has_user_input = false;  // a field people fill in that is not of type search
  bool operator==(const HtmlForm&) const = default;
};

struct HtmlScript {
  std::string src;  // empty: inline
  std::string integrity;
  bool has_crossorigin = false;
  std::string type;
  bool operator==(const HtmlScript&) const = default;
};

// Everything else the page makes the browser fetch.
struct HtmlResource {
  enum class Kind { stylesheet, frame, object, preload, image, media } kind = Kind::image;
  std::string url;
  std::string integrity;
  bool has_crossorigin = false;
  bool operator==(const HtmlResource&) const = default;
};

struct HtmlPage {
  std::string title;
  std::string base_href;
  std::string generator;
  std::vector<std::string> meta_csp;  // enforced policies in the head
  std::optional<MetaRefresh> refresh;
  std::string meta_referrer;  // the last one
  std::vector<HtmlForm> forms;
  std::vector<HtmlScript> scripts;
  std::vector<HtmlResource> resources;
  std::vector<std::string> links;  // a and area href
  std::vector<std::string> comments;
  bool has_password = false;  // anywhere, also outside forms
  bool truncated = false;     // too long or too entangled: what is here is what was read
};

HtmlPage parse_html(std::string_view html);
std::optional<MetaRefresh> parse_meta_refresh(std::string_view content);
// Does the body look like a page, whatever its Content-Type says?
bool looks_like_html(std::string_view body);

}  // namespace utsyn::wire
