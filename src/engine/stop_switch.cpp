#include "engine/stop_switch.h"

#include <boost/json.hpp>

namespace utsyn::engine {
namespace {

namespace json = boost::json;

constexpr std::string_view kName = "measuring-stopped";

}  // namespace

std::optional<Stop> stop_of(store::Connection& connection) {
  const auto row = connection.first("SELECT value FROM setting WHERE name = ?1", {kName});
  if (!row) return std::nullopt;
  const auto value = json::parse(row->text(0));
  return Stop{from_unix(value.at("since").as_int64()), std::string(value.at("by").as_string()),
              std::string(value.at("reason").as_string())};
}

Stop stop_measuring(store::Connection& connection, UtcTime now, const store::Actor& actor,
                    std::string_view user, std::string_view reason) {
  if (auto already = stop_of(connection)) return *already;
  Stop out{now, std::string(user), std::string(reason)};
  connection.execute("INSERT INTO setting (name, value) VALUES (?1, ?2)",
                     {kName, json::serialize(json::object{
                                 {"since", to_unix(now)}, {"by", out.by}, {"reason", out.reason}})});
  store::append_audit(connection, now, actor, "measuring.stop", "", "",
                      json::serialize(json::object{{"reason", reason}}));
  store::append_event(connection, now, "measuring-stopped", "", "{}");
  return out;
}

void go_on_measuring(store::Connection& connection, UtcTime now, const store::Actor& actor,
                     std::string_view reason) {
  if (connection.execute("DELETE FROM setting WHERE name = ?1", {kName}) == 0) return;
  store::append_audit(connection, now, actor, "measuring.go-on", "", "",
                      json::serialize(json::object{{"reason", reason}}));
  store::append_event(connection, now, "measuring-goes-on", "", "{}");
}

}  // namespace utsyn::engine
