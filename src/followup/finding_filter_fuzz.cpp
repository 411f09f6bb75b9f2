// Filters of findings from a query, a body or a saved row. What is read is written and read again as the
// same.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "followup/finding_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  boost::system::error_code error;
  const auto document =
      boost::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), error);
  if (error || !document.is_object()) return 0;
  const auto filter = utsyn::followup::read_filter(document.get_object(), "anne");
  if (!filter) {
    if (filter.error().member.empty() || filter.error().why.empty()) std::abort();
    return 0;
  }
  const auto again = utsyn::followup::read_filter(utsyn::followup::write_filter(*filter), "anne");
  if (!again || *again != *filter) std::abort();
  return 0;
}
