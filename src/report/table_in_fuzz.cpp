// Whatever is sent, a table that is taken is within its bounds and safe to store.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "report/table_in.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto table = report::read_table(as_text({data, size}));
  if (!table) return 0;
  if (table->empty() || table->size() > report::kMostTableRows) std::abort();
  for (const auto& row : *table) {
    if (row.size() > report::kMostTableColumns) std::abort();
    for (const auto& cell : row) {
      if (cell.size() > report::kMostCellBytes * 4 || !valid_utf8(cell)) std::abort();
    }
  }
  return 0;
}
