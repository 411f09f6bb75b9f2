// One thing that was seen, as it is kept for ever: immutable, addressed by the SHA-256 of kind, subject and
// data. The time is not part of the address, so the same answer tomorrow is the same record and only extends
// last_seen.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/evidence.h"

namespace utsyn {

struct Record {
  std::string id;       // "sha256:" and 64 hex digits
  std::string kind;     // "dns.answer", "tls.endpoint", ...
  std::string subject;  // what was asked about: "example.no/TXT", "www.example.no:443@192.0.2.1"
  std::string data;     // compact JSON, members in the order of the structs of evidence/*.h
  bool operator==(const Record&) const = default;
};

// All parts of the evidence as records, sorted by kind and subject. DNS answers come in the order of
// dns.all(), so that an index noted by DnsAnswers::note_lookups is found at the same place among the
// "dns.answer" records.
std::vector<Record> records_of(const Evidence& evidence);

// The evidence put together again. The asset's own fields (asset, kind, domain, host, port, as_of) are the
// caller's. The error names the record that could not be read.
Result<void, std::string> assemble(Evidence& evidence, std::span<const Record> records);

std::string record_id(std::string_view kind, std::string_view subject, std::string_view data);

}  // namespace utsyn
