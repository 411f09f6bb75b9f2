// The end of the audit log, under the service's key. The chain tells what was changed, put in, or taken out
// of the middle; what was cut off its end it cannot tell. So the service writes from time to time which entry
// is the last one, sealed: whoever cuts later entries off has no key to write another.
#pragma once

#include <cstdint>
#include <optional>

#include "access/keys.h"
#include "store/sql.h"

namespace utsyn::access {

// Writes the last entry when it is a later one than what is sealed. Where sealed entries are missing, the
// seal stays as it is: it is what tells.
void seal_audit_end(store::Connection& connection, const Keys& keys);

enum class AuditEnd {
  unsealed,    // the service has not run with this store since it can
  whole,       // the sealed entry is there
  cut,         // it is not, or another stands there
  other_seal,  // written with another key, or changed
};
struct SealedEnd {
  AuditEnd state = AuditEnd::unsealed;
  std::int64_t number = 0;                 // the sealed entry
  std::optional<std::int64_t> first_gone;  // when cut
};
SealedEnd sealed_audit_end(store::Connection& connection, const Keys& keys);

}  // namespace utsyn::access
