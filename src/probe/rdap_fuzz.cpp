// A registration that is accepted is of the domain asked about, bounded and printable, and reads the same
// after it was kept as evidence.
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "evidence/record.h"
#include "probe/rdap.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto answer = probe::registration_of("example.no", as_text({data, size}));
  const auto* registration = answer.seen();
  if (registration == nullptr) {
    if (answer.unseen() != Unseen::malformed) std::abort();
    return 0;
  }
  if (registration->domain != "example.no" || !registration->registered) std::abort();
  if (registration->status.size() > 50 || !std::ranges::is_sorted(registration->status)) std::abort();
  for (const auto& status : registration->status) {
    for (const char c : status)
      if (c < 0x20 || c == 0x7F) std::abort();
  }
  // A date of four digits for the year, between the years 0 and 9999.
  if (registration->expires < -62'200'000'000 || registration->expires > 253'500'000'000) std::abort();

  Evidence before;
  before.registrations = {{"example.no", answer}};
  Evidence after;
  if (!assemble(after, records_of(before)) || after != before) std::abort();
  return 0;
}
