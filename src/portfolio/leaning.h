// What an organisation leans on, read out of its latest evidence: who receives its mail, who answers for its
// names, who registered them, who issued its certificates, whose network its addresses are in, which programs
// answer. Many that lean on one are a risk
// together; and the one can help them all.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "portfolio/columns.h"
#include "portfolio/filter.h"
#include "store/sql.h"

namespace utsyn::portfolio {

enum class Leaning {
  mail_operator,
  dns_operator,
  registrar,
  certificate_authority,
  network_operator,
  address_prefix,
  host,
  product
};
inline constexpr std::array<std::string_view, 8> leaning_words = {
    "mail-operator",    "dns-operator",   "registrar", "certificate-authority",
    "network-operator", "address-prefix", "host",      "product"};

struct Dependence {
  Leaning kind = Leaning::host;
  std::string name;  // a registrable domain, an issuer, "AS64500", "192.0.2.0/24", an address, "nginx"
  auto operator<=>(const Dependence&) const = default;
};

// A record as the store keeps it.
struct EvidenceText {
  std::string kind;
  std::string subject;
  std::string data;
};
// Sorted, each once. An operator under one of the organisation's own domains is itself: not named.
std::vector<Dependence> dependences_in(std::span<const EvidenceText> evidence,
                                       std::span<const std::string> own_domains,
                                       std::span<const std::string> addresses);

// Reads the latest evidence of one organisation and writes what it leans on, in the caller's transaction.
void keep_leanings(store::Connection& connection, UtcTime now, std::string_view organisation);
// Does so for those measured since the last time, oldest first, at most `limit`; returns how many.
bool leanings_wait(store::Sql& sql);
std::size_t follow_leanings(store::Sql& sql, UtcTime now, std::size_t limit);

// How many of the members lean on the same: `kind` is a word of leaning_words, or "supplier" (of the
// register). Where findings are seen, since it is read out of evidence; suppliers where the organisation is
// seen and the supplier too.
struct Concentration {
  std::string name;
  std::string supplier;  // id of the organisation in the register that it is, when that is known and seen
  std::size_t organisations = 0;
  std::int64_t inhabitants = 0;
  std::int64_t share = 0;  // of the members looked at, in 1/10000
};
struct Concentrations {
  std::size_t members = 0;
  bool suppressed = false;
  std::vector<Concentration> most;
};
Concentrations concentration_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                                std::string_view kind, std::size_t most);

}  // namespace utsyn::portfolio
