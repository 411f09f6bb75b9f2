#include "app/restored.h"

#include <boost/json.hpp>

#include "store/events.h"

namespace utsyn::app {

Settled settle_restored(store::Sql& sql, UtcTime now, UtcTime backed_up) {
  return sql.write([&](store::Connection& connection) {
    const auto count = [&](std::string_view query, std::initializer_list<store::Value> values) {
      return connection.query(query, values).at(0).number(0);
    };
    Settled out;
    out.sessions = connection.execute("DELETE FROM session");
    out.links = connection.execute("DELETE FROM one_time_link WHERE used IS NULL");
    // The code as followup/alerts/fault.h reads it.
    out.deliveries = connection.execute(
        R"(UPDATE delivery SET state = 'uncertain', error = '{"code":"interrupted"}', lease = 0
           WHERE state IN ('pending', 'making', 'sending'))");
    out.jobs = connection.execute("DELETE FROM job WHERE state IN ('queued', 'running')");
    out.users = count("SELECT count(*) FROM account WHERE disabled IS NULL", {});
    out.tokens =
        count("SELECT count(*) FROM api_token WHERE revoked IS NULL AND expires > ?1", {to_unix(now)});
    if (out.users > 0) {
      store::append_audit(connection, now, {"command-line", ""}, "service.restore", "", "",
                          boost::json::serialize(boost::json::object{{"backed_up", format_time(backed_up)},
                                                                     {"sessions_ended", out.sessions},
                                                                     {"links_removed", out.links},
                                                                     {"deliveries_uncertain", out.deliveries},
                                                                     {"jobs_removed", out.jobs},
                                                                     {"tokens_kept", out.tokens}}));
    }
    return out;
  });
}

}  // namespace utsyn::app
