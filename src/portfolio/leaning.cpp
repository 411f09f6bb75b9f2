#include "portfolio/leaning.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/ip.h"
#include "base/text.h"
#include "portfolio/evidence_json.h"
#include "portfolio/programs.h"
#include "score/constants.h"
#include "store/events.h"
#include "wire/http/psl.h"
#include "wire/tls/x509.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Detail;

constexpr std::string_view kReached = "portfolio.leanings-reached";  // number of the event read last
constexpr std::size_t kLongestName = 300;

class Reader {
 public:
  explicit Reader(std::span<const std::string> own_domains) : own_(own_domains) {}

  void read(const EvidenceText& evidence) {
    boost::system::error_code failed;
    const auto data = json::parse(evidence.data, failed);
    if (failed) return;
    if (evidence.kind == "dns.answer") {
      const auto type = text_in(data, "type");
      if (type != "MX" && type != "NS") return;
      for (const auto& record : list_in(data, "records")) {
        if (!record.is_string()) continue;
        std::string_view host = record.as_string();
        if (type == "MX") cut(host, ' ');
        if (host.ends_with('.')) host.remove_suffix(1);
        operated(type == "MX" ? Leaning::mail_operator : Leaning::dns_operator, lower(host));
      }
    } else if (evidence.kind == "tls.endpoint") {
      for (const auto& chain : list_in(data, "chains")) issued(chain);
    } else if (evidence.kind == "rpki.address") {
      for (const auto& route : list_in(data, "routes")) {
        const auto* origin = member(route, "origin_as");
        if (origin != nullptr && origin->is_int64() && origin->as_int64() > 0)
          add(Leaning::network_operator, "AS" + std::to_string(origin->as_int64()));
      }
    } else if (evidence.kind == "rdap.domain") {
      const auto* answer = member(data, "answer");
      // Other domains' registrations are looked up too: those that ours refer to.
      if (answer != nullptr && is_own(evidence.subject))
        add(Leaning::registrar, std::string(text_in(*answer, "registrar")));
    }
    for (auto& program : programs_in(evidence.kind, evidence.subject, data))
      add(Leaning::product, std::move(program.product.name));
  }

  // Addresses in one /24 or /48 are mostly one machine room.
  void at_address(const std::string& text) {
    const auto address = IpAddress::parse(text);
    if (!address) return;
    add(Leaning::host, address->str());
    auto bytes = address->bytes();
    const std::size_t kept = address->is_v4() ? 3 : 6;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(kept), bytes.end(), std::uint8_t{0});
    const auto base =
        address->is_v4() ? IpAddress::v4({bytes[0], bytes[1], bytes[2], 0}) : IpAddress::v6(bytes);
    add(Leaning::address_prefix, Cidr{base, static_cast<unsigned>(kept * 8)}.str());
  }

  std::vector<Dependence> take() { return {found_.begin(), found_.end()}; }

 private:
  void add(Leaning kind, std::string name) {
    if (!name.empty() && name.size() <= kLongestName) found_.insert({kind, std::move(name)});
  }
  void operated(Leaning kind, const std::string& host) {
    const auto domain = wire::registrable_domain(host);
    if (domain && !is_own(*domain)) add(kind, *domain);
  }
  bool is_own(std::string_view domain) const {
    return std::ranges::any_of(own_, [&](const std::string& own) {
      return own == domain || wire::registrable_domain(own) == domain;
    });
  }
  void issued(const json::value& chain) {
    const auto pems = list_in(chain, "pem");
    if (pems.empty() || !pems.front().is_string()) return;
    const auto leaf = wire::certificates_from_pem(std::string_view(pems.front().as_string()), 1);
    if (leaf.empty()) return;
    const auto certificate = wire::parse_certificate(leaf.front());
    if (!certificate || certificate->self_issued) return;
    add(Leaning::certificate_authority, certificate->issuer_organisation.empty()
                                            ? certificate->issuer_common_name
                                            : certificate->issuer_organisation);
  }

  std::span<const std::string> own_;
  std::set<Dependence> found_;
};

}  // namespace

std::vector<Dependence> dependences_in(std::span<const EvidenceText> evidence,
                                       std::span<const std::string> own_domains,
                                       std::span<const std::string> addresses) {
  Reader reader(own_domains);
  for (const auto& one : evidence) reader.read(one);
  for (const auto& address : addresses) reader.at_address(address);
  return reader.take();
}

void keep_leanings(store::Connection& connection, UtcTime now, std::string_view organisation) {
  const auto last =
      connection.first("SELECT max(time) FROM measurement WHERE organisation = ?1", {organisation});
  if (!last || last->null(0)) return;
  const auto measured = last->number(0);
  std::vector<EvidenceText> evidence;
  connection.each(
      R"(SELECT DISTINCT e.kind, e.subject, e.data FROM observation o
JOIN evidence e ON e.organisation = o.organisation AND e.id = o.evidence
WHERE o.organisation = ?1 AND o.last_seen >= ?2 AND e.kind IN ('dns.answer', 'tls.endpoint', 'rpki.address', 'rdap.domain', 'web.site',
    'smtp.server', 'dns.server'))",
      std::array{store::Value(organisation), store::Value(measured)}, [&](const store::Row& row) {
        evidence.push_back({row.text(0), row.text(1), row.text(2)});
        return true;
      });
  std::set<std::string> domains;
  std::vector<std::string> addresses;
  for (const auto& row :
       connection.query("SELECT domain, addresses FROM asset WHERE organisation = ?1 AND last_seen >= ?2",
                        {organisation, measured})) {
    domains.insert(row.text(0));
    boost::system::error_code failed;
    const auto list = json::parse(row.text(1), failed);
    if (failed || !list.is_array()) continue;
    for (const auto& address : list.as_array())
      if (address.is_string()) addresses.emplace_back(address.as_string());
  }
  const std::vector<std::string> own(domains.begin(), domains.end());
  connection.execute("DELETE FROM dependence WHERE organisation = ?1", {organisation});
  for (const auto& [kind, name] : dependences_in(evidence, own, addresses))
    connection.execute("INSERT INTO dependence VALUES (?1, ?2, ?3, ?4)",
                       {organisation, leaning_words[static_cast<std::size_t>(kind)], name, measured});
  store::append_event(connection, now, "leanings-kept", organisation, "{}");
}

namespace {

std::int64_t reached(store::Connection& connection) {
  const auto row = connection.first("SELECT value FROM setting WHERE name = ?1", {kReached});
  return row ? std::stoll(row->text(0)) : 0;
}

}  // namespace

bool leanings_wait(store::Sql& sql) {
  return sql.read(
      [](store::Connection& connection) { return store::last_event(connection) > reached(connection); });
}

std::size_t follow_leanings(store::Sql& sql, UtcTime now, std::size_t limit) {
  return sql.write([&](store::Connection& connection) {
    std::set<std::string> organisations;
    auto last = reached(connection);
    std::size_t count = 0;
    for (const auto& row :
         connection.query("SELECT number, organisation FROM event WHERE number > ?1 AND kind = 'measured' "
                          "ORDER BY number LIMIT ?2",
                          {last, static_cast<std::int64_t>(limit)})) {
      last = row.number(0);
      organisations.insert(row.text(1));
      ++count;
    }
    for (const auto& organisation : organisations) keep_leanings(connection, now, organisation);
    if (count < limit) last = store::last_event(connection);
    connection.execute(
        "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {kReached, std::to_string(last)});
    return count;
  });
}

Concentrations concentration_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                                std::string_view kind, std::size_t most) {
  Concentrations out;
  struct Count {
    std::size_t organisations = 0;
    std::int64_t inhabitants = 0;
  };
  std::vector<Count> counts;
  const bool suppliers = kind == "supplier";
  counts.resize(suppliers ? table.size() : table.dependence_names.size());
  for (const auto row : rows) {
    if (!seen.sees(row, suppliers ? Detail::score : Detail::findings)) continue;
    ++out.members;
    const auto inhabitants = table.population[row] == kNoNumber ? 0 : std::int64_t{table.population[row]};
    const auto add = [&](std::uint32_t what) {
      ++counts[what].organisations;
      counts[what].inhabitants += inhabitants;
    };
    if (suppliers) {
      for (const auto& supply : table.suppliers[row])
        if (seen.sees(supply.other)) add(supply.other);
    } else {
      for (const auto name : table.dependences[row])
        if (name < counts.size()) add(name);
    }
  }
  if (out.members < score::suppressed_below && !seen.authority()) {
    out.suppressed = true;
    return out;
  }
  const std::string prefix = std::string(kind) + " ";
  for (std::size_t what = 0; what < counts.size(); ++what) {
    if (counts[what].organisations == 0) continue;
    Concentration one;
    if (suppliers) {
      one.name = table.name[what];
      one.supplier = table.id[what];
    } else {
      const auto& name = table.dependence_names.text(what);
      if (!name.starts_with(prefix)) continue;
      one.name = name.substr(prefix.size());
    }
    one.organisations = counts[what].organisations;
    one.inhabitants = counts[what].inhabitants;
    one.share = static_cast<std::int64_t>(10'000 * one.organisations / out.members);
    out.most.push_back(std::move(one));
  }
  std::ranges::sort(out.most, [](const Concentration& a, const Concentration& b) {
    if (a.organisations != b.organisations) return a.organisations > b.organisations;
    return std::tie(a.name, a.supplier) < std::tie(b.name, b.supplier);
  });
  if (out.most.size() > most) out.most.resize(most);
  return out;
}

}  // namespace utsyn::portfolio
