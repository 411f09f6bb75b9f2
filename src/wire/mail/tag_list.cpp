#include "wire/mail/tag_list.h"

#include <algorithm>

#include "base/name.h"
#include "base/text.h"

namespace utsyn::wire {

const Tag* TagList::find(std::string_view name) const {
  const auto found = std::ranges::find_if(tags, [&](const Tag& tag) { return iequals(tag.name, name); });
  return found == tags.end() ? nullptr : &*found;
}

TagList split_tags(std::string_view txt) {
  TagList list;
  while (!txt.empty()) {
    auto value = cut(txt, ';');
    if (trim(value).empty()) {
      if (!trim(txt).empty()) ++list.empty_parts;
      continue;
    }
    Tag tag;
    tag.has_equals = value.find('=') != std::string_view::npos;
    tag.name = trim(cut(value, '='));
    tag.value = trim(value);
    list.tags.push_back(tag);
  }
  return list;
}

bool is_host_name(std::string_view name) {
  const auto normal = normalise_name(name);
  return normal && *normal == lower(name);  // what needed mending was not one
}

ReportAddress read_report_address(std::string_view uri) {
  ReportAddress address;
  const auto colon = uri.find(':');
  if (colon == std::string_view::npos) return address;
  address.scheme = lower(uri.substr(0, colon));
  auto rest = uri.substr(colon + 1);
  const bool printable_uri = std::ranges::all_of(uri, [](char c) { return c > 0x20 && c < 0x7F; });
  const bool scheme_good = !address.scheme.empty() && std::ranges::all_of(address.scheme, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
  if (!printable_uri || !scheme_good) return address;
  if (address.scheme == "mailto") {
    rest = rest.substr(0, rest.find('?'));
    const auto at = rest.rfind('@');
    if (at == std::string_view::npos || at == 0) return address;
    rest = rest.substr(at + 1);
  } else if (rest.starts_with("//")) {
    rest = rest.substr(2, rest.find_first_of("/?#", 2) - 2);
    rest = rest.substr(rest.rfind('@') + 1);  // npos + 1 is 0
    rest = rest.substr(0, rest.find(':'));
  } else {
    return address;
  }
  if (is_host_name(rest)) address.domain = lower(rest);
  return address;
}

}  // namespace utsyn::wire
