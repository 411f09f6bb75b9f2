#include "followup/receipt_keys.h"

#include <stdexcept>

namespace utsyn::followup {

ReceiptKey signing_key(store::Connection& connection, UtcTime now) {
  if (const auto row = connection.first(
          "SELECT id, secret, open_part FROM receipt_key ORDER BY created DESC, id LIMIT 1")) {
    const auto secret = from_base64(row->text(1));
    const auto open = from_base64(row->text(2));
    if (!secret || !open) throw std::runtime_error("the key of receipts in the store cannot be read");
    return {row->text(0), *secret, *open};
  }
  auto key = new_receipt_key();
  connection.execute("INSERT INTO receipt_key (id, secret, open_part, created) VALUES (?1, ?2, ?3, ?4)",
                     {key.id, to_base64(key.secret), to_base64(key.open), to_unix(now)});
  return key;
}

std::vector<Bytes> published_keys(store::Connection& connection) {
  std::vector<Bytes> out;
  for (const auto& row : connection.query("SELECT open_part FROM receipt_key ORDER BY created DESC, id"))
    if (auto open = from_base64(row.text(0))) out.push_back(std::move(*open));
  return out;
}

}  // namespace utsyn::followup
