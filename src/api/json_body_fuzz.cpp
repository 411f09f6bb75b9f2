// JSON bodies: what is accepted is written and read again as the same value.
#include <boost/json.hpp>
#include <cstdlib>

#include "api/json_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = utsyn::api::parse_json({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const auto again = utsyn::api::parse_json(boost::json::serialize(*value));
  if (!again || *again != *value) std::abort();
  return 0;
}
