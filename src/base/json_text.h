// Text as a JSON string (RFC 8259 section 7), byte for byte the same everywhere: scores and receipts are
// compared and signed as bytes.
#pragma once

#include <string>
#include <string_view>

namespace utsyn {

// With its quotes. The short escapes where there are any, \u00xx for the other control characters, UTF-8 as
// it is.
void append_json_text(std::string& out, std::string_view text);

}  // namespace utsyn
