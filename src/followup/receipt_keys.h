// The keys that sign receipts: made at first use, kept in the store, never deleted, so that a receipt can be
// checked for as long as the store lives.
#pragma once

#include <vector>

#include "followup/receipt.h"
#include "store/sql.h"

namespace utsyn::followup {

// The newest. Inside Sql::write(), since the first use makes one.
ReceiptKey signing_key(store::Connection& connection, UtcTime now);
std::vector<Bytes> published_keys(store::Connection& connection);  // newest first

}  // namespace utsyn::followup
