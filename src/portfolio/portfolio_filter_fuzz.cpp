// A live filter as a client sends it. What is accepted is kept within its bounds, is written as it was read,
// and picks only rows that the reader sees.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "portfolio/filter.h"
#include "portfolio/test_table.h"

namespace {

using namespace utsyn::portfolio;  // NOLINT: a program of its own

const Table& some_table() {
  static const Table table = [] {
    Table made;
    std::mt19937 chance(1);
    for (std::size_t i = 0; i < 64; ++i) {
      auto one = chance_organisation(chance, i);
      if (i % 9 == 0) one.removed = true;
      if (i % 5 == 0) one.suppliers = {{numbered(i / 2), 2}};
      made.put(one);
    }
    return made;
  }();
  return table;
}

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  boost::system::error_code error;
  const auto document = boost::json::parse(
      boost::json::string_view(reinterpret_cast<const char*>(data), size), error);  // NOLINT
  if (error) return 0;
  const auto filter = read_filter(document);
  if (!filter) {
    must(!filter.error().detail.empty());
    must(filter.error().pointer.empty() || filter.error().pointer.front() == '/');
    return 0;
  }
  must(filter->counties.size() <= kMostFilterValues && filter->kinds.size() <= kMostFilterValues);
  const auto again = read_filter(write_filter(*filter));
  must(again && *again == *filter);

  utsyn::access::Access access;
  access.organisations = {{numbered(3), utsyn::access::Detail::score},
                          {numbered(9), utsyn::access::Detail::evidence},
                          {numbered(10), utsyn::access::Detail::findings}};
  const Seen few(some_table(), access);
  for (const auto row : matching(some_table(), few, *filter)) must(few.sees(row));
  access.everywhere = utsyn::access::Detail::findings;
  const Seen all(some_table(), access);
  const auto rows = matching(some_table(), all, *filter);
  must(filter->largest == Largest::none || rows.size() <= filter->largest_count);
  for (const auto row : rows) must(all.sees(row));
  return 0;
}
