// Stored records, whatever a file or a table holds: a line is a kind, a blank and the data. Evidence that is
// accepted can be written again and read to the same evidence; what is refused is named.
#include <cstdlib>

#include "base/text.h"
#include "evidence/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  std::vector<Record> records;
  auto rest = as_text({data, size});
  while (!rest.empty() && records.size() < 32) {
    auto line = cut(rest, '\n');
    const auto kind = cut(line, ' ');
    records.push_back({record_id(kind, "", line), std::string(kind), "", std::string(line)});
  }
  Evidence evidence;
  if (const auto read = assemble(evidence, records); !read) {
    if (read.error().find("sha256:") == std::string::npos) std::abort();
    return 0;
  }
  const auto written = records_of(evidence);
  for (const auto& record : written) {
    if (record.id != record_id(record.kind, record.subject, record.data)) std::abort();
  }
  Evidence again;
  if (!assemble(again, written) || again != evidence || records_of(again) != written) std::abort();
  return 0;
}
