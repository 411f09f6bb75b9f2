// Receipts and key sets as they may come from anybody. What is accepted as good was signed and recomputed, so
// its canonical bytes are the same when they are read again.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "followup/canonical.h"
#include "followup/receipt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using namespace utsyn::followup;
  if (const auto keys = read_public_keys(text)) {
    for (const auto& [id, key] : *keys)
      if (key.size() != 32 || id != receipt_key_id(key)) std::abort();
  }
  boost::system::error_code error;
  const auto document = boost::json::parse(text, error);
  if (error) return 0;
  const auto check = check_receipt(document, std::nullopt);
  if (check.good != check.wrong.empty()) std::abort();
  const auto bytes = canonical_json(document);
  if (bytes && canonical_json(boost::json::parse(*bytes)) != *bytes) std::abort();
  return 0;
}
