// Files of organisations: whatever is sent, what is understood of it is in the form that is kept.
#include <cstdint>
#include <cstdlib>

#include "base/name.h"
#include "base/text.h"
#include "footprint/import.h"
#include "footprint/organisation_number.h"

namespace {

void hold(const utsyn::footprint::ImportFile& file) {
  using namespace utsyn::footprint;
  if (file.faults.size() > kMostFaults + 1 || file.items.size() > file.rows) std::abort();
  for (const auto& item : file.items) {
    auto again = item.details;
    if (!tidy(again).empty() || again != item.details) std::abort();
    if (item.details.number && organisation_number(*item.details.number) != item.details.number) std::abort();
    for (const auto& name : item.domains) {
      if (utsyn::normalise_name(name) != name) std::abort();
    }
  }
  for (const auto& fault : file.faults) {
    if (fault.row == 0 || fault.fault.code.empty() || !utsyn::valid_utf8(fault.column)) std::abort();
    for (const auto& value : fault.fault.values) {
      if (!utsyn::valid_utf8(value)) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto text = as_text({data, size});
  hold(footprint::read_units(text));
  std::vector<std::vector<std::string>> rows;
  for (const auto line : split(text, '\n')) {
    auto& row = rows.emplace_back();
    for (const auto cell : split(line, ';')) row.emplace_back(cell);
    if (rows.size() == 200) break;
  }
  hold(footprint::read_rows(rows));
  return 0;
}
