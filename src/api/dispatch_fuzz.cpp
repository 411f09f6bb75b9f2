// Every route's reading of its path, query and body, through the dispatch that the server uses: a store with
// a few organisations, users and findings, and an administrator who is logged in with a session.
//
// An input is written like a request, but names its operation, so that seeds survive new routes (what names
// none chooses one by its bytes):
//
//   treatFinding
//   /?lang=nn               values of the path's parameters, as sent; an empty one is taken from the store
//   If-Match: "x"           headers, as many as one likes
//
//   {"kind": "acceptance"}  the body; here and in the path $finding and other words are of the store
//
// Whatever comes: no 5xx, a status that the contract knows, problems that say what they are, and nothing
// stored by what was refused. Each input has a transaction of its own that is rolled back, so the store is
// the same for each.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "access/accounts.h"
#include "api/areas.h"
#include "api/context.h"
#include "api/dispatch.h"
#include "api/document_test.h"
#include "api/target.h"
#include "base/text.h"
#include "engine/judge.h"
#include "portfolio/portfolios.h"
#include "score/json.h"
#include "store/store.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using store::Connection;

const UtcTime kNow = from_unix(1'795'000'000);
constexpr std::string_view kPassword = "vind over vidda i november";
constexpr int kMostPieces = 20;  // of an answer without an end

struct LeftOut {
  std::string_view operation;
  std::string_view why;
};
constexpr std::array kLeftOut{
    LeftOut{"getBoardReportPdf", "starts a program of its own for each answer"},
};

// A refusal that is stored on purpose: a wrong password is counted, and written into the audit log.
constexpr std::array<std::string_view, 7> kCounted{"login",      "giveSecondFactor", "changePassword",
                                                   "startTotp",  "removeTotp",       "newRecoveryCodes",
                                                   "confirmTotp"};

// A part that is absent here says so, with a problem of its own; any other 5xx is a mistake.
constexpr std::string_view kAbsent = "urn:utsyn:problem:not-measuring";

[[noreturn]] void broken(std::string_view what, const Request& request, const Response& response) {
  fmt::print(stderr, "{}: {} {} ({}) -> {} {}\n", what, request.method, request.path, request.route,
             response.status, response.body.substr(0, 2000));
  std::abort();
}

// Every unit of work inside one open transaction, each undone by itself when it fails.
class OpenTransaction final : public store::Sql {
 public:
  store::Dialect dialect() const override { return store::Dialect::sqlite; }
  Connection* connection = nullptr;
  std::int64_t kept = 0;  // rows changed by the units that went well

 protected:
  void run(bool writes, const std::function<void(Connection&)>& work) override {
    const auto before = changes();
    if (!writes) {
      work(*connection);
      if (changes() != before && !writing_) throw std::logic_error("a read has written");
      return;
    }
    if (writing_) throw std::logic_error("a unit of work writes inside another that writes");
    connection->execute("SAVEPOINT unit");
    writing_ = true;
    try {
      work(*connection);
    } catch (...) {
      writing_ = false;
      connection->execute("ROLLBACK TO unit");
      connection->execute("RELEASE unit");
      throw;
    }
    writing_ = false;
    connection->execute("RELEASE unit");
    kept += changes() - before;
  }

 private:
  std::int64_t changes() { return connection->first("SELECT total_changes()")->number(0); }
  bool writing_ = false;
};

struct Undo {};

class Service {
 public:
  Service() {
    // Login providers are asked through a proxy that is not there, so nothing leaves this process.
    for (const auto* name : {"http_proxy", "https_proxy", "all_proxy"}) setenv(name, "http://127.0.0.1:1", 1);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    auto pattern = (std::filesystem::temp_directory_path() / "utsyn-dispatch-fuzz-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    folder_ = pattern;
    sql_ = store::open_sql((folder_ / "store.db").string()).value();
    context_.sql = open_;
    context_.store = store::store_on(open_);
    context_.now = [] { return kNow; };
    context_.public_address = "https://utsyn.example.no";
    context_.ask_ownership = [](const std::string&, const std::string&) { return engine::OwnershipSeen{}; };
    context_.installation = {kNow, folder_.string(), "", nullptr};
    context_.accounts = std::make_shared<access::Accounts>(
        open_, access::AccountSettings{
                   .key = Bytes(32, 7), .public_address = context_.public_address, .ca_file = {}});
    sql_->write([&](Connection& connection) {
      open_->connection = &connection;
      portfolios_are_new();
      fill(connection);
    });
    for (const auto& [path, operations] : document().at("paths").as_object()) {
      for (const auto& [method, operation] : operations.as_object()) {
        if (!operation.is_object() || !operation.as_object().contains("operationId")) continue;
        auto& statuses = documented_[std::string(operation.at("operationId").as_string())];
        for (const auto& [status, response] : operation.at("responses").as_object()) statuses.emplace(status);
      }
    }
  }
  ~Service() {
    context_ = {};
    sql_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void take(std::string_view input) {
    const auto& route = route_of(cut(input, '\n'));
    if (std::ranges::find(kLeftOut, route.operation, &LeftOut::operation) != kLeftOut.end()) return;
    const auto named = with_words(cut(input, '\n'));
    std::string_view place = named;
    const auto target = parse_target(path_of(route, cut(place, '?')) + "?" + std::string(place));
    if (!target) return;  // request_target_fuzz
    Request request;
    request.method = route.method;
    request.path = target->path;
    request.query = target->query;
    for (auto line = cut(input, '\n'); !line.empty(); line = cut(input, '\n')) {
      const auto name = lower(trim(cut(line, ':')));
      request.headers.emplace(name, printable(trim(line), 4096));
    }
    request.body = with_words(input);
    ask(request, &route);
  }

 private:
  // Three organisations that buy from each other, with a measurement each, and one of everything else.
  void fill(Connection& connection) {
    const auto token = context_.accounts->first_start(kNow).value();
    const auto link = made("POST", "/api/v1/first-start",
                           {{"token", token}, {"login", "ada"}, {"name", "Ada"}, {"password", kPassword}});
    csrf_ = link.body.at("csrf").as_string();
    session_ = link.cookie;
    words_["user"] = made("GET", "/api/v1/me").id();
    const auto home = make_organisation("Steinlia kommune", "municipality");
    words_["organisation"] = home;
    words_["supplier"] = make_organisation("Nordsky AS", "supplier");
    words_["other"] = make_organisation("Fjordvik kommune", "municipality");
    for (const auto* one : {"organisation", "supplier", "other"}) measure(connection, words_[one]);
    portfolios_are_new();

    const auto path = "/api/v1/organisations/" + home;
    made("POST", path + "/suppliers", {{"supplier", words_["supplier"]}});
    made("POST", path + "/targets", {{"kind", "domain"}, {"name", "steinlia.example"}});
    words_["kind"] = "domain";
    words_["name"] = words_["domain"] = "steinlia.example";
    words_["check"] = "email.dmarc.policy";
    words_["asset"] = "www.steinlia.example:443";
    words_["finding"] = "http.hsts.exists@www.steinlia.example:443";
    made("POST", path + "/ownership", {{"domain", "steinlia.example"}});
    words_["treatment"] =
        made("POST", path + "/findings/" + encoded(words_["finding"]) + "/treatments",
             {{"kind", "compensation"}, {"reason", "from the office only"}, {"until", "2026-12-20"}})
            .body.at("treatment")
            .at("id")
            .as_string();
    words_["consent"] = made("POST", path + "/consents",
                             {{"scope", "score"}, {"recipient", "any"}, {"given_by", "the director"}})
                            .id();
    words_["job"] = made("POST", path + "/recheck").id();
    words_["portfolio"] =
        made("POST", "/api/v1/portfolios", {{"name", "all"}, {"form", "filter"}, {"filter", json::object{}}})
            .id();
    words_["filter"] =
        made("POST", "/api/v1/saved-filters", {{"name", "all"}, {"filter", json::object{}}}).id();
    words_["channel"] = made("POST", "/api/v1/channels",
                             {{"name", "hook"}, {"kind", "webhook"}, {"address", "https://hook.example/x"}})
                            .id();
    made("PATCH", "/api/v1/me", {{"email", "ada@steinlia.example"}});
    words_["mail"] = made("POST", "/api/v1/channels",
                          {{"name", "post"}, {"kind", "email"}, {"address", "ada@steinlia.example"}})
                         .id();
    words_["schedule"] = made("POST", "/api/v1/report-schedules",
                              {{"what", "members"},
                               {"portfolio", "all"},
                               {"channel", words_["mail"]},
                               {"every", "week"},
                               {"day", 1},
                               {"hour", 7}})
                             .id();
    words_["list"] = made("POST", "/api/v1/portfolios", {{"name", "a list"}, {"form", "list"}}).id();
    words_["rule"] =
        made("POST", "/api/v1/alert-rules", {{"kind", "new_asset"}, {"channel", words_["channel"]}}).id();
    words_["token"] =
        made("POST", "/api/v1/me/tokens", {{"name", "a word"}, {"scopes", json::array{"read"}}, {"days", 1}})
            .body.at("id")
            .as_string();
    words_["invitation"] = made("POST", "/api/v1/invitations", {{"login", "boaas"}, {"role", "leader"}}).id();
    words_["provider"] = "provider";
    connection.execute(
        "INSERT INTO login_provider (id, name, issuer, client, secret, scopes, admits, created) VALUES "
        "('provider', 'x', 'https://id.example', 'utsyn', '', 'openid', 'invited', 1)");
    made("POST", "/api/v1/opt-outs", {{"pattern", "left.example"}, {"reason", "asked"}});
  }

  void measure(Connection& connection, const std::string& organisation) {
    store::Measurement m;
    m.organisation = {organisation, "Steinlia kommune", "municipality"};
    m.time = kNow - std::chrono::hours(24 * 7);
    m.profile = "core";
    std::vector<store::Asset> assets;
    for (const auto* id : {"www.steinlia.example:443", "steinlia.example"}) {
      store::Asset asset;
      asset.id = id;
      asset.host = asset.id.substr(0, asset.id.find(':'));
      asset.domain = "steinlia.example";
      asset.why = {"given"};
      assets.push_back(asset);
      m.assets.push_back({asset, {}});
    }
    for (const auto* check : {"http.hsts.exists", "tls.protocol.tls10"}) {
      store::Judged judged;
      judged.check = check;
      judged.asset = assets[0].id;
      judged.verdict = {checks::Outcome::fail, "offered"};
      judged.severity = checks::Severity::medium;
      m.verdicts.push_back(judged);
    }
    auto advanced = store::advance({}, m.verdicts, m.time);
    m.findings = std::move(advanced.findings);
    m.events = std::move(advanced.events);
    auto input = engine::score_input(m.organisation, assets, m.verdicts, m.findings, m.time);
    input.coverage = score::full_coverage;
    const auto scored = score::score(input);
    m.method = score::method_id;
    m.input = score::write_organisation(input);
    m.output = score::write_score(scored);
    m.score_cp = scored.score_cp;
    m.grade = score::word(scored.grade);
    store::save_measurement(connection, m);
  }

  struct Made {
    json::value body;
    std::string cookie;
    std::string id() const { return std::string(body.at("id").as_string()); }
  };
  // What must succeed while the store is filled.
  Made made(std::string_view method, std::string_view target, const json::value& body = nullptr) {
    auto request = request_of(method, target, body.is_null() ? "" : json::serialize(body));
    signed_in(request);
    const auto response = dispatch(context_, router_, request);
    if (response.status >= 300) broken("the store cannot be filled", request, response);
    Made out{.body = response.body.empty() ? json::value() : json::parse(response.body), .cookie = {}};
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie" && value.starts_with(fmt::format("{}=", access::kSessionCookie)))
        out.cookie = value.substr(0, value.find(';'));
    return out;
  }
  std::string make_organisation(std::string_view name, std::string_view kind) {
    return made("POST", "/api/v1/organisations", {{"name", name}, {"kind", kind}}).id();
  }

  void portfolios_are_new() { context_.portfolios = std::make_shared<portfolio::Portfolios>(open_); }

  void signed_in(Request& request) const {
    request.id = "fuzz";
    request.address = "192.0.2.7";
    request.secure = true;
    if (session_.empty() || request.headers.contains("cookie")) return;
    request.headers.emplace("cookie", session_);
    request.headers.emplace("x-csrf-token", csrf_);
  }

  const Route& route_of(std::string_view name) const {
    const auto& routes = router_.routes();
    const auto named = std::ranges::find(routes, name, &Route::operation);
    if (named != routes.end()) return *named;
    std::size_t chosen = 0;
    for (const char c : name) chosen = chosen * 31 + static_cast<unsigned char>(c);
    return routes[chosen % routes.size()];
  }

  static std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
      out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
  }

  std::string path_of(const Route& route, std::string_view given) const {
    std::string out;
    for (const auto segment : split(std::string_view(route.pattern).substr(1), '/')) {
      out += '/';
      const bool parameter = segment.starts_with('{');
      const auto value = parameter ? cut(given, '/') : segment;
      if (!value.empty()) {
        out += value;
        continue;
      }
      const auto known = words_.find(segment.substr(1, segment.size() - 2));
      out += known == words_.end() ? std::string("absent") : encoded(known->second);
    }
    return out;
  }

  std::string with_words(std::string_view text) const {
    std::string out;
    while (!text.empty()) {
      out += cut(text, '$');
      if (text.empty()) break;
      const auto word =
          std::ranges::find_if(words_, [&](const auto& one) { return text.starts_with(one.first); });
      out += word == words_.end() ? "$" : word->second;
      if (word != words_.end()) text.remove_prefix(word->first.size());
    }
    return out;
  }

  void ask(Request& request, const Route* route) {
    signed_in(request);
    try {
      sql_->write([&](Connection& connection) {
        open_->connection = &connection;
        open_->kept = 0;
        const auto before = traces(connection);
        auto response = dispatch_in_place(context_, router_, request);
        const bool left = traces(connection) != before;
        check(request, *route, response, left);
        for (int i = 0; response.stream && i < kMostPieces; ++i) {
          const auto piece = response.stream();
          if (!piece || piece->empty()) break;
        }
        throw Undo{};
      });
    } catch (const Undo&) {
    }
    if (open_->kept > 0) {  // they may remember what has just been undone
      sql_->write([&](Connection& connection) {
        open_->connection = &connection;
        portfolios_are_new();
      });
    }
  }

  static std::int64_t traces(Connection& connection) {
    return connection
        .first(
            "SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM event) + (SELECT count(*) FROM "
            "idempotency)")
        ->number(0);
  }

  void check(const Request& request, const Route& route, const Response& response, bool left_traces) const {
    if (response.status < 400) {
      const auto documented = documented_.find(route.operation);
      if (documented == documented_.end() || !documented->second.contains(std::to_string(response.status)))
        broken("a status that the contract does not know", request, response);
      if (response.type.starts_with("application/json") && !response.body.empty()) {
        boost::system::error_code error;
        json::parse(response.body, error);
        if (error) broken("an answer that is no JSON", request, response);
      }
      return;
    }
    if (response.type != "application/problem+json")
      broken("a refusal that is no problem", request, response);
    boost::system::error_code error;
    const auto problem = json::parse(response.body, error);
    const auto text = [&](std::string_view name) -> std::string_view {
      const auto* value = problem.is_object() ? problem.as_object().if_contains(name) : nullptr;
      return value == nullptr || !value->is_string() ? std::string_view{}
                                                     : std::string_view(value->as_string());
    };
    const auto* status = problem.is_object() ? problem.as_object().if_contains("status") : nullptr;
    if (error || !text("type").starts_with("urn:utsyn:problem:") || text("title").empty() ||
        text("detail").empty() || status == nullptr || *status != response.status)
      broken("a problem without type, title, status or detail", request, response);
    if (response.status >= 500 && text("type") != kAbsent) broken("a mistake of ours", request, response);
    // A key is noted before the handler is asked, and forgotten with the refusal.
    const bool keyed = !request.header("idempotency-key").empty();
    const bool counted = std::ranges::find(kCounted, route.operation) != kCounted.end();
    if (!counted && (left_traces || (open_->kept > 0 && !keyed)))
      broken("a refusal that has stored something", request, response);
  }

  std::filesystem::path folder_;
  std::shared_ptr<store::Sql> sql_;
  std::shared_ptr<OpenTransaction> open_ = std::make_shared<OpenTransaction>();
  Context context_;
  Router router_ = all_routes();
  std::map<std::string, std::string, std::less<>> words_;
  std::map<std::string, std::set<std::string>, std::less<>> documented_;
  std::string session_;
  std::string csrf_;
};

}  // namespace
}  // namespace utsyn::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static utsyn::api::Service service;
  service.take({reinterpret_cast<const char*>(data), size});
  return 0;
}
