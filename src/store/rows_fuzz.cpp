// What lies in a row of the store: a finding that is accepted is written to the same finding again, and so
// are details and lists.
#include <cstdlib>

#include "base/text.h"
#include "store/rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto text = as_text({data, size});
  const auto list = store::list_from_json(text);
  if (store::list_from_json(store::list_json(list)) != list) std::abort();
  const auto detail = store::detail_json(store::detail_from_json(text));
  if (store::detail_json(store::detail_from_json(detail)) != detail) std::abort();
  const auto finding = store::finding_from_json(text);
  if (finding && store::finding_from_json(store::finding_json(*finding)) != finding) std::abort();
  return 0;
}
