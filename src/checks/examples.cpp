#include "checks/examples.h"

#include "base/text.h"

namespace utsyn::checks {

DnsAnswer txt(std::string name, const std::vector<std::string>& texts) {
  std::vector<std::string> records;
  for (const auto& text : texts) {
    // Presentation form (RFC 1035 section 5.1): character strings of at most 255 bytes, quotes and
    // backslashes escaped.
    std::string record;
    for (std::size_t at = 0; at == 0 || at < text.size(); at += 255) {
      if (at > 0) record += ' ';
      record += '"';
      for (const char c : std::string_view(text).substr(at, 255)) {
        if (c == '"' || c == '\\') record += '\\';
        record += c;
      }
      record += '"';
    }
    records.push_back(std::move(record));
  }
  return found(std::move(name), "TXT", std::move(records));
}

}  // namespace utsyn::checks
