// The audit log: list, export as JSON lines, and whether the chain is whole.
#include "access/audit_reading.h"
#include "access/audit_seal.h"
#include "api/access_answers.h"
#include "api/add_routes.h"
#include "api/areas.h"
#include "api/filters_of_query.h"
#include "api/identify.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using store::Connection;

constexpr std::size_t kExportPiece = 500;
constexpr auto kHeartbeat = std::chrono::seconds(15);

json::object entry_json(const access::AuditRow& row) {
  const auto& entry = row.entry;
  boost::system::error_code wrong;
  auto detail = json::parse(entry.detail, wrong);
  // What cannot be read is shown as it lies there; the check of the chain says whether it was changed.
  if (wrong || !detail.is_object()) detail = json::object{{"unreadable", entry.detail}};
  return {{"number", entry.number},
          {"time", format_time(entry.time)},
          {"actor", entry.actor},
          {"actor_name", text_or_null(row.actor_name)},
          {"address", text_or_null(entry.address)},
          {"action", entry.action},
          {"organisation", text_or_null(entry.organisation)},
          {"object", text_or_null(entry.object)},
          {"detail", std::move(detail)},
          {"previous", text_or_null(entry.previous)},
          {"hash", entry.hash}};
}

Response list_audit(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto filter = audit_filter_of_query(request);
  std::int64_t number = 0;
  if (!page.after.empty()) {
    const auto parsed = parse_uint(page.after.front());
    if (!parsed || *parsed == 0 || *parsed > 1'000'000'000'000ULL)
      wrong_field("cursor", "The cursor is not one of ours.");
    number = static_cast<std::int64_t>(*parsed);
  }
  return context.sql->read([&](Connection& connection) {
    auto rows = access::audit_rows(connection, request.access, filter, number, true, page.limit + 1);
    std::vector<std::string> next;
    if (rows.size() > page.limit) {
      rows.resize(page.limit);
      next = {std::to_string(rows.back().entry.number)};
    }
    json::array items;
    for (const auto& row : rows) items.push_back(entry_json(row));
    return list_response(std::move(items), next);
  });
}

// What was written until now, piece by piece, oldest first; `after` goes on where an earlier export ended.
Response export_audit(Context& context, const Request& request) {
  const auto filter = audit_filter_of_query(request);
  const auto after = query_integer(request, "after", 0, 1'000'000'000'000, 0);
  const auto last =
      context.sql->read([](Connection& connection) { return access::last_audit_number(connection); });
  Response response;
  response.type = "application/jsonl";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"utsyn-audit.jsonl\"");
  response.stream = [sql = context.sql, access = request.access, filter, last,
                     reached = after]() mutable -> std::optional<std::string> {
    if (reached >= last) return std::nullopt;
    return sql->read([&](Connection& connection) -> std::optional<std::string> {
      const auto rows = access::audit_rows(connection, access, filter, reached, false, kExportPiece);
      std::string lines;
      for (const auto& row : rows)
        if (row.entry.number <= last) lines += json::serialize(entry_json(row)) + "\n";
      reached = rows.size() < kExportPiece ? last : rows.back().entry.number;
      if (lines.empty()) return std::nullopt;
      return lines;
    });
  };
  return response;
}

// One reader of the entries as they are written.
struct AuditReader {
  using Clock = std::chrono::steady_clock;
  Context* context = nullptr;
  Request request;  // kept to ask again who it is and what it may
  access::AuditFilter filter;
  std::int64_t reached = 0;
  Clock::time_point identified = Clock::now();
  Clock::time_point sent = Clock::now();

  bool still_welcome() {
    try {
      identify(*context, request);
    } catch (const Problem&) {
      return false;
    }
    return request.access.may(access::Permission::read_audit);
  }

  std::optional<std::string> next() {
    const auto now = Clock::now();
    if (now - identified >= kHeartbeat) {
      if (!still_welcome()) return std::nullopt;
      identified = now;
    }
    auto lines = context->sql->read([&](Connection& connection) {
      std::string out;
      const auto last = access::last_audit_number(connection);
      if (last <= reached) return out;
      const auto rows = access::audit_rows(connection, request.access, filter, reached, false, kExportPiece);
      for (const auto& row : rows) out += json::serialize(entry_json(row)) + "\n";
      reached = rows.size() < kExportPiece ? last : rows.back().entry.number;
      return out;
    });
    if (lines.empty() && now - sent >= kHeartbeat) lines = "\n";
    if (!lines.empty()) sent = now;
    return lines;
  }
};

Response stream_audit(Context& context, const Request& request) {
  const auto reader = std::make_shared<AuditReader>();
  reader->context = &context;
  reader->request = request;
  reader->filter = audit_filter_of_query(request);
  const auto last =
      context.sql->read([](Connection& connection) { return access::last_audit_number(connection); });
  reader->reached = query_integer(request, "after", 0, 1'000'000'000'000, last);
  Response response;
  response.type = "application/jsonl";
  response.headers.emplace_back("X-Accel-Buffering", "no");  // a proxy is not to collect lines
  response.stream = [reader] { return reader->next(); };
  return response;
}

Response check_audit(Context& context, const Request& request) {
  if (!access::reads_whole_audit(request.access))
    fail({.status = 403,
          .type = "forbidden",
          .title = "Not allowed",
          .detail = "The whole chain is checked by who may read all of it: administrators and auditors."});
  return context.sql->read([&](Connection& connection) {
    auto broken = store::first_broken_audit_entry(connection);
    if (!broken) broken = access::sealed_audit_end(connection, context.accounts->keys()).first_gone;
    return json_response(json::object{{"whole", !broken.has_value()},
                                      {"entries", access::last_audit_number(connection)},
                                      {"first_broken", broken ? json::value(*broken) : json::value()}});
  });
}

}  // namespace

access::AuditFilter audit_filter_of_query(const Request& request) {
  const auto text = [&](std::string_view name) {
    return std::string(request.query_value(name).value_or("").substr(0, 400));
  };
  const auto time = [&](std::string_view name) -> std::optional<UtcTime> {
    const auto value = request.query_value(name);
    if (!value) return std::nullopt;
    const auto at = parse_time(*value);
    if (!at) wrong_field(name, "Write the time as 2026-11-20T10:00:00Z, or a date.");
    return at;
  };
  return {text("actor"), text("action"), text("organisation"), text("object"), time("from"), time("before")};
}

void add_audit_routes(Router& router) {
  add_routes(router, {{"GET", "/audit", "listAudit", access::Permission::read_audit, access::Detail::none,
                       list_audit},
                      {"GET", "/audit/export", "exportAudit", access::Permission::read_audit,
                       access::Detail::none, export_audit},
                      {"GET", "/audit/stream", "streamAudit", access::Permission::read_audit,
                       access::Detail::none, stream_audit},
                      {"GET", "/audit/check", "checkAudit", access::Permission::read_audit,
                       access::Detail::none, check_audit}});
}

}  // namespace utsyn::api
