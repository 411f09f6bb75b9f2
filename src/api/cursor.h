// Cursors of lists: the sort key of the last item shown, opaque to the client, with a checksum so that a cut
// or mistyped one is told apart. A cursor is a place in an order and no right to anything: what is listed
// after it is filtered by the reader's access as everything is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace utsyn::api {

std::string write_cursor(const std::vector<std::string>& sort_key);
std::optional<std::vector<std::string>> read_cursor(std::string_view cursor);

}  // namespace utsyn::api
