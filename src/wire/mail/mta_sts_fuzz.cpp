// A policy that is accepted can be written out plainly and read again; an accepted record has an id of its
// form.
#include <fmt/format.h>

#include <cstdlib>

#include "wire/mail/mta_sts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto record = parse_mta_sts_record(text)) {
    if (record->id.empty() || record->id.size() > 32 || !is_mta_sts(text)) std::abort();
  }
  const auto policy = parse_mta_sts_policy(text);
  if (!policy) return 0;
  auto plain = fmt::format("version: STSv1\r\nmode: {}\r\nmax_age: {}\r\n", mta_sts_mode_name(policy->mode),
                           policy->max_age_seconds);
  for (const auto& mx : policy->mx) plain += fmt::format("mx: {}\r\n", mx);
  if (plain.size() > mta_sts_policy_bytes) return 0;
  const auto again = parse_mta_sts_policy(plain);
  if (!again || again->mx != policy->mx || again->max_age_seconds != policy->max_age_seconds) std::abort();
  return 0;
}
