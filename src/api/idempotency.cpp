#include "api/idempotency.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "api/hooked_sql.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kKeptSeconds = 24 * 3600;
// A request of another process that has not come to an end by then will not.
constexpr std::int64_t kAbandonedSeconds = 120;
constexpr std::size_t kMostAnswerBytes = 256 * 1024;

const std::string& this_process() {
  static const std::string id = new_id();
  return id;
}

// The keys under way in this process; a request in here is known to be running, whatever the clock says.
class UnderWay {
 public:
  explicit UnderWay(std::string name) : name_(std::move(name)) {
    const std::scoped_lock lock(mutex());
    entered_ = all().insert(name_).second;
  }
  ~UnderWay() {
    if (!entered_) return;
    const std::scoped_lock lock(mutex());
    all().erase(name_);
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  bool entered() const { return entered_; }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::set<std::string>& all() {
    static std::set<std::string> names;
    return names;
  }
  std::string name_;
  bool entered_ = false;
};

[[noreturn]] void under_way() {
  fail({.status = 409,
        .type = "request-under-way",
        .title = "The request is under way",
        .detail = "A request with this Idempotency-Key is being carried out; ask again in some seconds.",
        .field = "Idempotency-Key"});
}

[[noreturn]] void answer_not_kept() {
  fail({.status = 409,
        .type = "answer-not-kept",
        .title = "The answer was not kept",
        .detail =
            "The request with this Idempotency-Key has been carried out, but its answer is not kept: look "
            "up the result, or send a new key to do it once more.",
        .field = "Idempotency-Key"});
}

// What makes it the same request. The query is written as JSON, so that no value can pass for two parameters.
std::string fingerprint(const Request& request) {
  json::array query;
  for (const auto& [name, value] : request.query) query.push_back(json::array{name, value});
  return sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}", request.method, request.path, json::serialize(query),
                                request.header("content-type"), sha256_hex(request.body)));
}

std::string write_answer(const Response& response) {
  json::array headers;
  for (const auto& [name, value] : response.headers) headers.push_back(json::array{name, value});
  return json::serialize(json::object{{"status", response.status},
                                      {"type", response.type},
                                      {"headers", std::move(headers)},
                                      {"body", response.body}});
}

Response read_answer(const std::string& text) {
  const auto answer = json::parse(text);
  Response response;
  response.status = static_cast<int>(answer.at("status").as_int64());
  response.type = std::string(answer.at("type").as_string());
  response.body = std::string(answer.at("body").as_string());
  for (const auto& header : answer.at("headers").as_array())
    response.headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
  response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

bool can_be_kept(const Route& route, const Response& response) {
  return route.keep_answer && !response.stream && response.body.size() <= kMostAnswerBytes &&
         valid_utf8(response.body) && response.body.find('\0') == std::string::npos &&
         std::ranges::none_of(response.headers,
                              [](const auto& header) { return iequals(header.first, "set-cookie"); });
}

}  // namespace

Response once_for_key(Context& context, const Route& route, const Request& request) {
  const auto given = request.header("idempotency-key");
  const bool readable = std::ranges::all_of(given, [](char c) { return c > 0x20 && c < 0x7F; });
  if (given.size() < 8 || given.size() > 200 || !readable) {
    fail({.status = 400,
          .type = "wrong-idempotency-key",
          .title = "The Idempotency-Key is wrong",
          .detail = "An Idempotency-Key is 8 to 200 visible ASCII characters; a random UUID is a good one.",
          .field = "Idempotency-Key"});
  }
  const auto caller = request.access.user.empty() ? request.access.actor.id : request.access.user;
  const auto key = sha256_hex(given);
  const auto hash = fingerprint(request);
  const UnderWay place(caller + "\n" + key);
  if (!place.entered()) under_way();

  const auto now = to_unix(context.now());
  const auto kept = context.sql->write([&](store::Connection& connection) -> std::optional<Response> {
    connection.execute("DELETE FROM idempotency WHERE started < ?1", {now - kKeptSeconds});
    const auto row = connection.first(
        "SELECT request, holder, started, state, answer FROM idempotency WHERE caller = ?1 AND key = ?2",
        {caller, key});
    if (row) {
      if (row->text(0) != hash) {
        fail({.status = 422,
              .type = "idempotency-key-reused",
              .title = "The Idempotency-Key belongs to another request",
              .detail = "This Idempotency-Key was sent before with another address, parameters or body; send "
                        "a new key.",
              .field = "Idempotency-Key"});
      }
      const auto state = row->text(3);
      if (state == "answered") return read_answer(row->text(4));
      if (state == "done") answer_not_kept();
      if (row->text(1) != this_process() && row->number(2) > now - kAbandonedSeconds) under_way();
    }
    connection.execute(
        "INSERT INTO idempotency (caller, key, request, holder, started, state) VALUES (?1, ?2, ?3, ?4, ?5, "
        "'running') ON CONFLICT (caller, key) DO UPDATE SET holder = excluded.holder, started = "
        "excluded.started",
        {caller, key, hash, this_process(), now});
    return std::nullopt;
  });
  if (kept) return *kept;

  bool changed = false;
  Context inner = context;
  inner.sql = std::make_shared<HookedSql>(context.sql, nullptr, [&](store::Connection& connection) {
    connection.execute("UPDATE idempotency SET state = 'done' WHERE caller = ?1 AND key = ?2", {caller, key});
    changed = true;
  });
  const auto forget = [&] {
    context.sql->write([&](store::Connection& connection) {
      connection.execute("DELETE FROM idempotency WHERE caller = ?1 AND key = ?2", {caller, key});
    });
  };
  Response response;
  try {
    response = route.handler(inner, request);
  } catch (...) {
    // What was refused may be sent again when it is mended; what had changed something may not.
    if (!changed) forget();
    throw;
  }
  if (can_be_kept(route, response)) {
    context.sql->write([&](store::Connection& connection) {
      connection.execute(
          "UPDATE idempotency SET state = 'answered', answer = ?3 WHERE caller = ?1 AND key = ?2",
          {caller, key, write_answer(response)});
    });
  } else if (!changed) {
    forget();
  }
  return response;
}

}  // namespace utsyn::api
