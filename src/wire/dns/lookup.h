// A look-up as pure code sees it: something that answers from what has been fetched already.
//
// Walks over several names (SPF, DMARC, CAA) ask an AnswerSource and note what it lacks. Whoever has sockets
// fetches that and walks again, until nothing is missing; a check replays the same walk over evidence.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "wire/dns/types.h"

namespace utsyn::wire {

enum class AnswerStatus {
  found,     // there are records of the type (aliases followed)
  nodata,    // the name exists, without this type
  nxdomain,  // no such name, NXNAME counted in (RFC 9824)
  error,     // timeout, SERVFAIL, refused: we do not know
  missing    // not asked yet
};

struct Answer {
  AnswerStatus status = AnswerStatus::missing;
  std::vector<std::string> values;  // presentation text of each record, as rdata_text gives it
};

class AnswerSource {
 public:
  AnswerSource() = default;
  AnswerSource(const AnswerSource&) = default;
  AnswerSource& operator=(const AnswerSource&) = default;
  virtual ~AnswerSource() = default;
  // `name` is lower case without a final dot.
  virtual Answer answer(std::string_view name, RecordType type) const = 0;
};

struct WantedLookup {
  std::string name;
  RecordType type{};
  auto operator<=>(const WantedLookup&) const = default;
};

}  // namespace utsyn::wire
