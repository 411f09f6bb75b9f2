// Reading record data inside a message, where names may be compressed. Used by message.cpp; others want
// records.h.
#pragma once

#include "wire/dns/records.h"

namespace utsyn::wire {

// `reader` stands at the data and ends where it ends; its positions are those of `message`.
Result<RecordData, DnsError> read_rdata_within(RecordType type, ByteReader& reader, ByteView message);

}  // namespace utsyn::wire
