#include "access/audit_seal.h"

#include "base/text.h"

namespace utsyn::access {
namespace {

constexpr std::string_view kSeal = "audit.end";
constexpr std::string_view kPurpose = "audit:end";

struct LastEntry {
  std::int64_t number = 0;
  std::string hash;
};

LastEntry last_entry(store::Connection& connection) {
  const auto row = connection.first("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
  return row ? LastEntry{row->number(0), row->text(1)} : LastEntry{};
}

}  // namespace

SealedEnd sealed_audit_end(store::Connection& connection, const Keys& keys) {
  const auto row = connection.first("SELECT value FROM setting WHERE name = ?1", {kSeal});
  if (!row) return {};
  const auto opened = keys.open(row->text(0), kPurpose);
  const auto space = opened ? opened->find(' ') : std::string::npos;
  if (space == std::string::npos) return {AuditEnd::other_seal, 0, {}};
  const auto number = static_cast<std::int64_t>(parse_uint(opened->substr(0, space)).value_or(0));
  const auto there = connection.first("SELECT hash FROM audit WHERE number = ?1", {number});
  if (there && there->text(0) == opened->substr(space + 1)) return {AuditEnd::whole, number, {}};
  return {AuditEnd::cut, number, there ? number : last_entry(connection).number + 1};
}

void seal_audit_end(store::Connection& connection, const Keys& keys) {
  const auto sealed = sealed_audit_end(connection, keys);
  if (sealed.state == AuditEnd::cut || sealed.state == AuditEnd::other_seal) return;
  const auto last = last_entry(connection);
  if (last.number <= sealed.number) return;
  connection.execute(
      "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = "
      "excluded.value",
      {kSeal, keys.seal(std::to_string(last.number) + " " + last.hash, kPurpose)});
}

}  // namespace utsyn::access
