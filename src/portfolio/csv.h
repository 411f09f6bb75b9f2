// CSV as RFC 4180 has it: CRLF, quotes where they are needed, doubled inside. The separator may be `;`, and a
// byte order mark may stand first, which is what spreadsheets of this part of the world expect.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace utsyn::portfolio {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A text that a spreadsheet would take for a formula gets an apostrophe before it.
std::string csv_line(std::span<const std::string> fields, char separator);

}  // namespace utsyn::portfolio
