// Text that is accepted for a record is stable: written, read and written again it stays as it is, and its
// wire bytes read as the same value. The first byte chooses the type.
#include <cstdlib>

#include "wire/dns/records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  if (size == 0) return 0;
  const RecordType types[] = {RecordType::a,
                              RecordType::ns,
                              RecordType::soa,
                              RecordType::mx,
                              RecordType::txt,
                              RecordType::aaaa,
                              RecordType::srv,
                              RecordType::ds,
                              RecordType::rrsig,
                              RecordType::nsec,
                              RecordType::dnskey,
                              RecordType::nsec3,
                              RecordType::tlsa,
                              RecordType::https,
                              RecordType::nsec3param,
                              RecordType::caa,
                              static_cast<RecordType>(4711)};
  const auto type = types[data[0] % std::size(types)];
  const auto first = parse_rdata_text(type, utsyn::as_text({data + 1, size - 1}));
  if (!first) return 0;
  const auto text = rdata_text(type, *first);
  const auto second = parse_rdata_text(type, text);
  if (!second || rdata_text(type, *second) != text) std::abort();
  const auto wire = write_rdata(type, *first);
  if (!wire || rdata_text(type, utsyn::ByteView(*wire)) != text) std::abort();
  return 0;
}
