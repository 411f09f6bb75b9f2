#include "followup/receipt_keys.h"

#include <stdexcept>

namespace utsyn::followup {
namespace {

std::string purpose(std::string_view id) { return "receipt:" + std::string(id); }

}  // namespace

ReceiptKey signing_key(store::Connection& connection, const access::Keys& keys, UtcTime now) {
  // A key whose secret is empty was forgotten (serve --forget-sealed): it still proves old receipts.
  if (const auto row = connection.first(
          "SELECT id, secret, open_part FROM receipt_key WHERE secret <> '' ORDER BY created DESC, id "
          "LIMIT 1")) {
    const auto secret = keys.open(row->text(1), purpose(row->text(0)));
    const auto open = from_base64(row->text(2));
    if (!secret || !open) throw std::runtime_error("the key of receipts in the store cannot be opened");
    return {row->text(0), Bytes(secret->begin(), secret->end()), *open};
  }
  auto key = new_receipt_key();
  connection.execute(
      "INSERT INTO receipt_key (id, secret, open_part, created) VALUES (?1, ?2, ?3, ?4)",
      {key.id, keys.seal(as_text(key.secret), purpose(key.id)), to_base64(key.open), to_unix(now)});
  return key;
}

bool has_signing_key(store::Connection& connection) {
  return connection.first("SELECT 1 FROM receipt_key WHERE secret <> '' LIMIT 1").has_value();
}

void seal_receipt_keys(store::Connection& connection, const access::Keys& keys) {
  // Base64 has no colon; what is sealed begins with the version of its form and one.
  for (const auto& row : connection.query("SELECT id, secret FROM receipt_key WHERE secret <> ''")) {
    if (row.text(1).find(':') != std::string::npos) continue;
    const auto secret = from_base64(row.text(1));
    if (!secret) continue;
    connection.execute("UPDATE receipt_key SET secret = ?2 WHERE id = ?1",
                       {row.text(0), keys.seal(as_text(*secret), purpose(row.text(0)))});
  }
}

std::vector<Bytes> published_keys(store::Connection& connection) {
  std::vector<Bytes> out;
  for (const auto& row : connection.query("SELECT open_part FROM receipt_key ORDER BY created DESC, id"))
    if (auto open = from_base64(row.text(0))) out.push_back(std::move(*open));
  return out;
}

}  // namespace utsyn::followup
