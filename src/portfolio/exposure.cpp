#include "portfolio/exposure.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <tuple>

#include "base/text.h"
#include "score/constants.h"
#include "wire/http/security_txt.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Detail;

constexpr std::string_view kProduct = "product ";  // before its name in Table::dependence_names
constexpr std::size_t kMostRecords = 2'000;        // of one organisation
constexpr std::size_t kMostContactsTold = 5;
constexpr std::size_t kLongestContact = 300;

// A record may be met as evidence of several assets: the first is told.
constexpr std::string_view kLatest =
    R"(SELECT e.id, e.kind, e.subject, e.data, e.last_seen, o.asset FROM observation o
JOIN evidence e ON e.organisation = o.organisation AND e.id = o.evidence
WHERE o.organisation = ?1 AND o.last_seen >= (SELECT max(time) FROM measurement WHERE organisation = ?1)
  AND e.kind IN ('web.site', 'smtp.server', 'dns.server')
ORDER BY e.last_seen DESC, e.id, o.asset LIMIT ?2)";

void take_contacts(std::vector<std::string>& contacts, UtcTime now, std::string_view body) {
  if (body.empty()) return;
  const auto file = wire::parse_security_txt(body);
  if (!file || (file->expires && *file->expires <= now)) return;
  for (const auto& contact : file->contact) {
    if (contacts.size() == kMostContactsTold) return;
    if (contact.size() <= kLongestContact && std::ranges::find(contacts, contact) == contacts.end())
      contacts.push_back(contact);
  }
}

auto place_of(const ExposedPlace& one) {
  const auto& program = one.program;
  return std::tie(program.host, program.port, program.product.name, program.product.version, program.told_by);
}

}  // namespace

std::vector<RowNumber> looked_at(const Table& table, const Seen& seen, std::span<const RowNumber> rows) {
  std::vector<RowNumber> out;
  out.reserve(rows.size());
  for (const auto row : rows)
    if (table.measured[row] != 0 && seen.sees(row, Detail::findings)) out.push_back(row);
  return out;
}

std::vector<std::uint32_t> spellings_of(const Table& table, std::string_view product) {
  std::vector<std::uint32_t> out;
  const auto size = kProduct.size() + product.size();
  for (std::uint32_t number = 0; number < table.dependence_names.size(); ++number) {
    const std::string_view name = table.dependence_names.text(number);
    if (name.size() == size && name.starts_with(kProduct) && iequals(name.substr(kProduct.size()), product))
      out.push_back(number);
  }
  return out;
}

std::vector<RowNumber> exposing(const Table& table, std::span<const RowNumber> rows,
                                std::span<const std::uint32_t> spellings) {
  std::vector<RowNumber> out;
  if (spellings.empty()) return out;
  for (const auto row : rows) {
    const auto& names = table.dependences[row];
    if (std::ranges::any_of(spellings,
                            [&](std::uint32_t one) { return std::ranges::binary_search(names, one); }))
      out.push_back(row);
  }
  return out;
}

ProductCounts products_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                          std::string_view text, std::size_t most) {
  ProductCounts out;
  // Spellings of one product are counted as one.
  struct Group {
    std::size_t organisations = 0;
    std::size_t most_of_one = 0;
    std::uint32_t spelling = 0;
    RowNumber last = kNoNumber;
  };
  std::vector<Group> groups;
  std::vector<std::uint32_t> group_of(table.dependence_names.size(), kNoNumber);
  std::vector<std::size_t> count_of(table.dependence_names.size());
  std::map<std::string, std::uint32_t, std::less<>> numbers;
  const auto wanted = lower(text);
  for (std::uint32_t number = 0; number < table.dependence_names.size(); ++number) {
    const std::string_view name = table.dependence_names.text(number);
    if (!name.starts_with(kProduct)) continue;
    const auto folded = lower(name.substr(kProduct.size()));
    if (folded.find(wanted) == std::string::npos) continue;
    const auto [at, fresh] = numbers.try_emplace(folded, static_cast<std::uint32_t>(groups.size()));
    if (fresh) groups.emplace_back().spelling = number;
    group_of[number] = at->second;
  }
  const auto looked = looked_at(table, seen, rows);
  out.members = looked.size();
  for (const auto row : looked) {
    for (const auto name : table.dependences[row]) {
      if (name >= group_of.size() || group_of[name] == kNoNumber) continue;
      auto& group = groups[group_of[name]];
      if (++count_of[name] > group.most_of_one) {
        group.most_of_one = count_of[name];
        group.spelling = name;
      }
      if (group.last != row) ++group.organisations;
      group.last = row;
    }
  }
  out.suppressed = out.members < score::suppressed_below && !seen.authority();
  for (const auto& group : groups) {
    if (group.organisations == 0) continue;
    out.products.push_back({table.dependence_names.text(group.spelling).substr(kProduct.size()),
                            out.suppressed ? 0 : group.organisations});
  }
  std::ranges::sort(out.products, [](const ProductCount& a, const ProductCount& b) {
    if (a.organisations != b.organisations) return a.organisations > b.organisations;
    return a.name < b.name;
  });
  if (out.products.size() > most) out.products.resize(most);
  return out;
}

ExposureBreakdown exposure_breakdown_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                                        std::string_view product, Dimension dimension) {
  const auto members = equal_members(seen, looked_at(table, seen, rows));
  const auto breakdown = breakdown_of(table, members, dimension, seen.authority());
  std::map<std::string, std::size_t, std::less<>> counts;
  std::size_t total = 0;
  for (const auto row : exposing(table, members.rows, spellings_of(table, product))) {
    ++counts[cell_key(table, row, dimension)];
    ++total;
  }
  ExposureBreakdown out;
  out.total.members = members.rows.size();
  out.total.suppressed = members.rows.size() < score::suppressed_below && !seen.authority();
  if (!out.total.suppressed) out.total.organisations = total;
  for (const auto& cell : breakdown.cells) {
    ExposureCell one{cell.key, cell.answer.members, 0,
                     (cell.answer.suppressed && !seen.authority()) || out.total.suppressed};
    if (const auto found = counts.find(cell.key); found != counts.end() && !one.suppressed)
      one.organisations = found->second;
    out.cells.push_back(std::move(one));
  }
  return out;
}

Exposure exposure_of(store::Connection& connection, UtcTime now, std::string_view organisation,
                     std::string_view product, std::string_view version) {
  Exposure out;
  const store::Value values[] = {organisation, static_cast<std::int64_t>(kMostRecords)};
  std::string last;
  connection.each(kLatest, values, [&](const store::Row& row) {
    if (row.text(0) == last) return true;
    last = row.text(0);
    boost::system::error_code failed;
    const auto data = json::parse(row.text(3), failed);
    if (failed) return true;
    const auto kind = row.text(1);
    if (kind == "web.site") take_contacts(out.contacts, now, security_txt_in(data));
    for (auto& program : programs_in(kind, row.text(2), data)) {
      if (!iequals(program.product.name, product) || !version_within(program.product.version, version))
        continue;
      out.places.push_back({std::move(program), row.text(5), row.text(0), kind, from_unix(row.number(4))});
    }
    return true;
  });
  std::ranges::sort(out.places, [](const ExposedPlace& a, const ExposedPlace& b) {
    if (place_of(a) != place_of(b)) return place_of(a) < place_of(b);
    return std::tie(b.seen, a.evidence) < std::tie(a.seen, b.evidence);  // the latest first
  });
  const auto again = std::ranges::unique(
      out.places, [](const auto& a, const auto& b) { return place_of(a) == place_of(b); });
  out.places.erase(again.begin(), again.end());
  out.places_total = out.places.size();
  if (out.places.size() > kMostPlaces) out.places.resize(kMostPlaces);
  return out;
}

}  // namespace utsyn::portfolio
