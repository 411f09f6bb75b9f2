// The keys that sign receipts: made at first use, kept in the store, never deleted, so that a receipt can be
// checked for as long as the store lives. What signs is sealed with the service's key (access/keys.h).
#pragma once

#include <vector>

#include "access/keys.h"
#include "followup/receipt.h"
#include "store/sql.h"

namespace utsyn::followup {

// The newest. Inside Sql::write() when there is none that can sign, since that makes one.
ReceiptKey signing_key(store::Connection& connection, const access::Keys& keys, UtcTime now);
bool has_signing_key(store::Connection& connection);
// What an earlier version has stored in the clear.
void seal_receipt_keys(store::Connection& connection, const access::Keys& keys);
std::vector<Bytes> published_keys(store::Connection& connection);  // newest first

}  // namespace utsyn::followup
