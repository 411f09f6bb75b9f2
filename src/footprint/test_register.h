// For tests: who asks the register, and organisations as if they had been measured.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "footprint/register.h"
#include "store/test_database.h"

namespace utsyn::footprint {

inline const UtcTime kNow = from_unix(1'795'000'000);

inline access::Access administrator(std::string id = "ada") {
  access::Access access;
  access.actor = {id, "127.0.0.1"};
  access.user = std::move(id);
  access.role = access::Role::administrator;
  access.permissions = ~0U;
  access.everywhere = access::Detail::evidence;
  return access;
}
inline access::Access reader(std::vector<std::pair<std::string, access::Detail>> granted,
                             access::Role role = access::Role::security) {
  access::Access access;
  access.actor = {"rolf", "127.0.0.1"};
  access.user = "rolf";
  access.role = role;
  std::ranges::sort(granted);
  access.organisations = std::move(granted);
  return access;
}

inline Details named(std::string name, std::string kind = "municipality") {
  Details details;
  details.name = std::move(name);
  details.kind = std::move(kind);
  return details;
}
inline Details numbered(std::string number, std::string name, std::string kind = "municipality") {
  auto details = named(std::move(name), std::move(kind));
  details.number = std::move(number);
  return details;
}

// What a refused call says.
template <class Work>
std::string refusal(store::Sql& sql, Work work) {
  try {
    sql.write([&](store::Connection& connection) { work(connection); });
  } catch (const Refused& refused) {
    return refused.fault().field + ":" + refused.fault().code;
  }
  return "done";
}

class Register : public store::testing::DatabaseTest {
 protected:
  std::string make(const Details& details) {
    return sql().write([&](store::Connection& c) { return create(c, kNow, administrator(), details); });
  }
  Listed listed(const Filter& filter, const access::Access& access = administrator(), std::size_t limit = 50,
                const std::vector<std::string>& after = {}) {
    return sql().read([&](store::Connection& c) { return list(c, access, filter, limit, after); });
  }
  std::vector<std::string> names(const Listed& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items) out.push_back(item.details.name.value_or("?"));
    return out;
  }
  std::vector<std::string> actions() {
    return sql().read([](store::Connection& c) {
      std::vector<std::string> out;
      for (const auto& row : c.query("SELECT action FROM audit ORDER BY number")) out.push_back(row.text(0));
      return out;
    });
  }
  void start_from(const std::string& organisation, const std::string& domain) {
    sql().write([&](store::Connection& c) {
      auto name = domain;
      add_target(c, kNow, administrator(), organisation, "domain", name);
    });
  }
  // As if it had been measured: a domain and two hosts, one finding, all questions answered.
  void measured(const std::string& organisation, std::int64_t score_cp = 5000) {
    sql().write([&](store::Connection& c) {
      const auto time = to_unix(kNow) - 3600;
      c.execute("INSERT INTO measurement (organisation, time, profile) VALUES (?1, ?2, 'core')",
                {organisation, time});
      struct Row {
        const char *id, *kind, *host;
        int port, value;
        const char* why;
      };
      for (const auto& row :
           {Row{"fjord.example", "domain", "fjord.example", 0, 200, "[\"given\"]"},
            Row{"mx.fjord.example:25", "mail", "mx.fjord.example", 25, 400, "[\"mx-of:fjord.example\"]"},
            Row{"www.fjord.example:443", "web", "www.fjord.example", 443, 100,
                "[\"web-of:fjord.example\"]"}}) {
        c.execute(
            "INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, "
            "by_provider, addresses, why) VALUES (?1, ?2, ?3, ?3, ?4, 'fjord.example', ?5, ?6, ?7, 0, '[]', "
            "?8)",
            {organisation, row.id, time, row.kind, row.host, row.port, row.value, row.why});
        c.execute(
            "INSERT INTO verdict (organisation, asset, \"check\", first_seen, last_seen, outcome, reason, "
            "severity, "
            "confidence, detail, evidence) VALUES (?1, ?2, 'x', ?3, ?3, 'pass', 'r', 'info', 'confirmed', "
            "'[]', '[]')",
            {organisation, row.id, time});
      }
      c.execute(
          "INSERT INTO score (organisation, first_seen, last_seen, method, score_cp, grade, input, output) "
          "VALUES "
          "(?1, ?2, ?2, 'utsyn-1.0', ?3, 'C', ?4, '{}')",
          {organisation, time, score_cp,
           R"({"method":"utsyn-1.0","assets":[{"id":"fjord.example","v":200},{"id":"mx.fjord.example:25","v":400},)"
           R"({"id":"www.fjord.example:443"}],"findings":[{"id":"x@www","asset":"www.fjord.example:443","sev":"high"}]})"});
    });
  }
};

}  // namespace utsyn::footprint
