#include "portfolio/helping.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "score/json.h"
#include "score/standing.h"
#include "wire/http/psl.h"

namespace utsyn::portfolio {
namespace {

struct Action {
  std::string operator_domain;
  std::string check;
  auto operator<=>(const Action&) const = default;
};

// What each action would fix at one customer.
std::map<Action, std::vector<std::string>> actions_at(store::Connection& connection,
                                                      const std::string& customer) {
  std::set<std::string> own;
  const auto add_own = [&](const std::string& name) {
    if (auto domain = wire::registrable_domain(name)) own.insert(std::move(*domain));
  };
  for (const auto& row :
       connection.query("SELECT name FROM target WHERE organisation = ?1 AND kind = 'domain'", {customer}))
    add_own(row.text(0));
  for (const auto& row :
       connection.query("SELECT DISTINCT domain FROM asset WHERE organisation = ?1", {customer}))
    add_own(row.text(0));
  std::map<Action, std::vector<std::string>> actions;
  for (const auto& row : connection.query(R"(SELECT DISTINCT f.id, f."check", a.host FROM finding f
JOIN asset a ON a.organisation = f.organisation AND a.id = f.asset
WHERE f.organisation = ?1 AND f.state NOT IN ('fixed', 'upheld'))",
                                          {customer})) {
    auto domain = wire::registrable_domain(row.text(2));
    if (domain && !own.contains(*domain)) actions[{std::move(*domain), row.text(1)}].push_back(row.text(0));
  }
  return actions;
}

std::int64_t gain(score::Standing& standing, const std::vector<std::string>& findings) {
  std::vector<std::size_t> removed;
  const auto before = standing.score_cp();
  for (const auto& finding : findings)
    if (const auto entry = standing.find(finding)) removed.push_back(*entry);
  for (const auto entry : removed) standing.remove(entry);
  const auto after = standing.score_cp();
  for (const auto entry : removed) standing.restore(entry);
  return after - before;
}

}  // namespace

Customers customers_among(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                          std::size_t most) {
  std::vector<RowNumber> fit;
  for (const auto row : rows)
    if (table.measured[row] != 0 && seen.sees(row, access::Detail::findings)) fit.push_back(row);
  const auto inhabitants = [&](RowNumber row) {
    return table.population[row] == kNoNumber ? 0 : std::int64_t{table.population[row]};
  };
  const auto larger = [&](RowNumber a, RowNumber b) {
    return inhabitants(a) != inhabitants(b) ? inhabitants(a) > inhabitants(b) : table.id[a] < table.id[b];
  };
  Customers out;
  if (fit.size() > most) {
    std::ranges::nth_element(fit, fit.begin() + static_cast<std::ptrdiff_t>(most), larger);
    out.left_out = fit.size() - most;
    fit.resize(most);
  }
  std::ranges::sort(fit, larger);
  for (const auto row : fit) out.taken.push_back({std::string(table.id[row]), inhabitants(row)});
  return out;
}

std::vector<Help> helps_for(store::Connection& connection, const std::vector<Customer>& customers,
                            std::size_t most) {
  std::map<Action, Help> helps;
  for (const auto& customer : customers) {
    const auto actions = actions_at(connection, customer.organisation);
    if (actions.empty()) continue;
    const auto row =
        connection.first("SELECT input FROM score WHERE organisation = ?1 ORDER BY first_seen DESC LIMIT 1",
                         {customer.organisation});
    if (!row) continue;
    const auto input = score::read_organisation(row->text(0));
    if (!input) continue;
    score::Standing standing(*input);
    for (const auto& [action, findings] : actions) {
      auto& help = helps[action];
      const auto gained = gain(standing, findings);
      ++help.customers;
      help.findings += findings.size();
      help.inhabitants += customer.inhabitants;
      help.gain_cp += gained;
      help.gain_cp_inhabitants += gained * customer.inhabitants;
    }
  }
  std::vector<Help> out;
  for (auto& [action, help] : helps) {
    help.operator_domain = action.operator_domain;
    help.check = action.check;
    out.push_back(std::move(help));
  }
  std::ranges::sort(out, [](const Help& a, const Help& b) {
    const auto left = std::tie(a.gain_cp_inhabitants, a.inhabitants, a.customers);
    const auto right = std::tie(b.gain_cp_inhabitants, b.inhabitants, b.customers);
    if (left != right) return left > right;
    return std::tie(a.operator_domain, a.check) < std::tie(b.operator_domain, b.check);
  });
  if (out.size() > most) out.resize(most);
  for (auto& help : out) {
    const auto supplier = connection.first(
        R"(SELECT t.organisation FROM target t JOIN organisation o ON o.id = t.organisation
WHERE t.kind = 'domain' AND t.name = ?1 AND o.kind = 'supplier' AND o.removed IS NULL ORDER BY o.id LIMIT 1)",
        {help.operator_domain});
    if (supplier) help.supplier = supplier->text(0);
  }
  return out;
}

}  // namespace utsyn::portfolio
