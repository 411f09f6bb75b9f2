#include "api/live_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "api/event_feed.h"
#include "api/identify.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kEventsAtOnce = 200;
constexpr auto kHeartbeat = std::chrono::seconds(15);

struct Kind {
  std::string_view name;
  access::Detail detail;
};
constexpr std::array kKinds{Kind{"measured", access::Detail::score},
                            Kind{"score-changed", access::Detail::score},
                            Kind{"organisation-changed", access::Detail::score},
                            Kind{"job-changed", access::Detail::findings},
                            Kind{"finding-opened", access::Detail::findings},
                            Kind{"finding-closed", access::Detail::findings},
                            Kind{"finding-reopened", access::Detail::findings},
                            Kind{"finding-changed", access::Detail::findings},
                            Kind{"treatment-changed", access::Detail::findings},
                            Kind{"deadline-passed", access::Detail::findings},
                            Kind{"comment-added", access::Detail::findings},
                            Kind{"assigned", access::Detail::findings},
                            Kind{"asset-found", access::Detail::findings},
                            Kind{"asset-changed", access::Detail::findings},
                            Kind{"asset-gone", access::Detail::findings},
                            Kind{"supplier-changed", access::Detail::findings}};

std::string as_text(const store::Event& event) {
  // The data is JSON and one line; a line feed in it can only be a blank between its parts.
  auto data = event.data.empty() ? std::string("{}") : event.data;
  std::ranges::replace(data, '\n', ' ');
  std::ranges::replace(data, '\r', ' ');
  return fmt::format(
      "id: {}\nevent: {}\ndata: {{\"number\":{},\"time\":\"{}\",\"kind\":\"{}\",\"organisation\":{},"
      "\"data\":{}}}\n\n",
      event.number, event.kind, event.number, format_time(event.time), event.kind,
      boost::json::serialize(boost::json::string(event.organisation)), data);
}

// One reader's place in the stream.
struct Reader {
  Context* context = nullptr;
  std::shared_ptr<EventFeed> feed;
  Request request;  // kept to ask again who it is: a session that ends, ends its stream
  std::string organisation;
  std::vector<std::string> kinds;
  std::int64_t number = 0;
  Clock::time_point identified = Clock::now();
  Clock::time_point sent = Clock::now();
  bool begun = false;

  std::optional<std::string> next() {
    const auto now = Clock::now();
    if (now - identified >= kHeartbeat) {
      try {
        identify(*context, request);
      } catch (const Problem&) {
        return std::nullopt;
      }
      identified = now;
    }
    std::string out;
    if (!begun) out = "retry: 3000\n\n";
    begun = true;
    for (const auto& event : feed->after(number, kEventsAtOnce)) {
      number = event.number;
      if (!organisation.empty() && event.organisation != organisation) continue;
      if (!kinds.empty() && std::ranges::find(kinds, event.kind) == kinds.end()) continue;
      if (may_be_told(request.access, event)) out += as_text(event);
    }
    if (out.empty() && now - sent >= kHeartbeat) out = ":\n\n";
    if (!out.empty()) sent = now;
    return out;
  }
};

}  // namespace

access::Detail detail_for_event(std::string_view kind) {
  const auto found = std::ranges::find(kKinds, kind, &Kind::name);
  return found == kKinds.end() ? access::Detail::evidence : found->detail;
}

bool may_be_told(const access::Access& access, const store::Event& event) {
  if (event.organisation.empty()) return access.may(access::Permission::manage_service);
  // It names the supplier. As in the list of suppliers, who was granted to read the customer is told only of
  // suppliers it sees anyway; here that would take a look-up for each reader, so it is told when it sees all.
  if (event.kind == "supplier-changed" && !access.sees_all() &&
      std::ranges::binary_search(access.read_only, event.organisation, std::less<>{}))
    return false;
  return access.sees(event.organisation, detail_for_event(event.kind));
}

Response live_events(Context& context, const Request& request) {
  const auto reader = std::make_shared<Reader>();
  reader->context = &context;
  reader->feed = context.events ? context.events : std::make_shared<EventFeed>(context.sql);
  reader->request = request;
  reader->request.body.clear();
  reader->request.json = nullptr;
  reader->number = reader->feed->last();
  const auto from = [&](std::string_view field, std::string_view given) {
    const auto number = parse_uint(given);
    if (!number) wrong_field(field, "It must be the number of an event, as `id` said.");
    reader->number =
        std::min(reader->number, static_cast<std::int64_t>(std::min<std::uint64_t>(*number, INT64_MAX)));
  };
  const auto last_seen = request.header("last-event-id");
  if (!last_seen.empty()) {
    from("Last-Event-ID", last_seen);
  } else if (const auto after = request.query_value("after")) {
    from("after", *after);
  }
  reader->organisation = request.query_value("organisation").value_or("");
  if (!reader->organisation.empty() && !request.access.sees(reader->organisation)) not_found("organisation");
  if (const auto kinds = request.query_value("kinds")) {
    for (const auto kind : split(*kinds, ',')) reader->kinds.emplace_back(kind);
  }
  Response response;
  response.type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");  // a proxy is not to collect events
  response.stream = [reader] { return reader->next(); };
  return response;
}

}  // namespace utsyn::api
