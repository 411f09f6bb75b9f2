// Alert rules, channels, what was noticed and what was sent. Everybody has their own.
#include <fmt/format.h>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include "api/access_answers.h"
#include "api/add_routes.h"
#include "api/areas.h"
#include "api/context.h"
#include "api/details.h"
#include "api/route.h"
#include "base/id.h"
#include "followup/alerts/outbox.h"
#include "report/delivery_words.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
namespace alerts = followup::alerts;
using store::Connection;

constexpr std::size_t kMostChannels = 100;
constexpr std::size_t kMostRules = 500;

json::value maybe_text(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

template <class Enum>
const char* word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}
// A member of the body that is one of the words of an enumeration.
template <class Enum>
Enum named(const std::string& text, std::string_view member) {
  Enum out{};
  if (boost::describe::enum_from_string(text.c_str(), out)) return out;
  std::vector<std::string_view> words;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
      [&](const auto& one) { words.emplace_back(one.name); });
  wrong_field("/" + std::string(member),
              fmt::format("{} must be one of: {}.", member, fmt::join(words, ", ")));
}

json::object alert_json(const alerts::Alert& alert) {
  return {{"id", alert.id},
          {"organisation", alert.organisation},
          {"organisation_name", alert.organisation_name},
          {"kind", word(alert.kind)},
          {"time", format_time(alert.time)},
          {"data", json::parse(alert.data)}};
}

json::object rule_json(const alerts::Rule& rule) {
  return {{"id", rule.id},
          {"kind", word(rule.kind)},
          {"organisation", maybe_text(rule.organisation)},
          {"threshold", rule.threshold},
          {"channel", rule.channel},
          {"pace", word(rule.pace)},
          {"active", rule.active},
          {"created", format_time(rule.created)}};
}

checks::Language told_in(const Request& request) { return report::language_named(language_told(request)); }

json::object channel_json(const alerts::Channel& channel, checks::Language language) {
  return {{"id", channel.id},
          {"name", channel.name},
          {"kind", channel.kind},
          {"address", channel.address},
          {"format", channel.format},
          {"language", channel.language},
          {"active", channel.active},
          {"confirmed", channel.confirmed},
          {"created", format_time(channel.created)},
          {"last_error", maybe_text(report::delivery_words(channel.last_error, language))}};
}

json::object delivery_json(const alerts::Delivery& delivery, checks::Language language) {
  json::object out{
      {"id", delivery.id},         {"channel", delivery.channel},
      {"state", delivery.state},   {"created", format_time(delivery.created)},
      {"next_try", nullptr},       {"attempts", delivery.attempts},
      {"sent", nullptr},           {"error", maybe_text(report::delivery_words(delivery.error, language))},
      {"alerts", delivery.alerts}, {"report_schedule", maybe_text(delivery.schedule)}};
  if (delivery.state == "pending") out["next_try"] = format_time(delivery.next_try);
  if (delivery.sent) out["sent"] = format_time(*delivery.sent);
  return out;
}

std::string language_in(const json::object& body, const std::string& otherwise) {
  auto language = optional_text(body, "language", 200).value_or(otherwise);
  if (language != "nb" && language != "nn" && language != "en")
    wrong_field("/language", "A language is nb, nn or en.");
  return language;
}

bool plain_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

// The address ends in a header, a URL or a look-up: nothing but what belongs there.
void check_address(Connection& connection, const access::Access& access, const alerts::Channel& channel) {
  const auto& address = channel.address;
  const auto refuse = [](std::string_view detail) { wrong_field("/address", detail); };
  if (!plain_text(address)) refuse("An address has no blanks and no control characters.");
  if (channel.kind == "email") {
    const auto at = address.find('@');
    if (at == 0 || at == std::string::npos || at + 1 == address.size() ||
        address.find_first_of("<>,;:\\\"()") != std::string::npos)
      refuse("Write a mail address as name@example.no.");
    // Nobody sends to strangers through us: one's own address, or the manager's choice.
    const auto own = connection.first("SELECT email FROM account WHERE id = ?1", {access.user});
    if (!access.may(access::Permission::manage_service) && (!own || !iequals(own->text(0), address)))
      refuse(
          "Give your own mail address, as it stands in your account. Others are for those who manage the "
          "service.");
  } else if (channel.kind == "webhook") {
    if (!address.starts_with("https://") &&
        !(address.starts_with("http://") && access.may(access::Permission::manage_service)))
      refuse("A webhook is an https:// address.");
  } else if (!address.starts_with("udp://") && !address.starts_with("tcp://") &&
             !address.starts_with("tls://")) {
    refuse("Write it as udp://host:514, tcp://host:601 or tls://host:6514.");
  }
}

alerts::Channel own_channel(Connection& connection, const access::Access& access, std::string_view id) {
  auto channel = alerts::channel(connection, id);
  if (!channel || channel->owner != access.user) not_found("channel");
  return std::move(*channel);
}
alerts::Rule own_rule(Connection& connection, const access::Access& access, std::string_view id) {
  auto rule = alerts::rule(connection, id);
  if (!rule || rule->owner != access.user) not_found("alert rule");
  return std::move(*rule);
}

// Where a list of times and ids goes on.
std::optional<std::pair<UtcTime, std::string>> place_of(const Page& page) {
  if (page.after.empty()) return std::nullopt;
  const auto time = page.after.size() == 2 ? parse_time(page.after[0]) : std::nullopt;
  if (!time) wrong_field("cursor", "This cursor is of another list.");
  return std::pair{*time, page.after[1]};
}

Response list_alerts(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto after = place_of(page);
  auto found = context.sql->read([&](Connection& connection) {
    return alerts::alerts_of(connection, request.access.user, page.limit + 1, after);
  });
  const bool more = found.size() > page.limit;
  if (more) found.pop_back();
  json::array items;
  for (const auto& alert : found) {
    // What was granted then may have been taken back since.
    if (alerts::may_hear(request.access, alert.kind, alert.organisation)) items.push_back(alert_json(alert));
  }
  return list_response(std::move(items), more ? std::vector{format_time(found.back().time), found.back().id}
                                              : std::vector<std::string>{});
}

Response list_rules(Context& context, const Request& request) {
  json::array items;
  for (const auto& rule : context.sql->read(
           [&](Connection& connection) { return alerts::rules(connection, request.access.user); }))
    items.push_back(rule_json(rule));
  return list_response(std::move(items), {});
}

Response create_rule(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"kind", "organisation", "threshold", "channel", "pace"});
  alerts::Rule rule;
  rule.id = new_id();
  rule.owner = request.access.user;
  rule.kind = named<alerts::RuleKind>(required_text(body, "kind", 200), "kind");
  rule.organisation = optional_text(body, "organisation", 200).value_or("");
  rule.threshold = optional_integer(body, "threshold", 0, 10000).value_or(alerts::usual_threshold(rule.kind));
  rule.channel = required_text(body, "channel", 100);
  rule.pace = alerts::usual_pace(rule.kind);
  if (const auto pace = optional_text(body, "pace", 200)) rule.pace = named<alerts::Pace>(*pace, "pace");
  rule.created = context.now();
  if (!rule.organisation.empty() && !request.access.sees(rule.organisation))
    wrong_field("/organisation", "There is no such organisation among those you see.");
  context.sql->write([&](Connection& connection) {
    const auto channel = alerts::channel(connection, rule.channel);
    if (!channel || channel->owner != request.access.user)
      wrong_field("/channel", "There is no such channel of yours. Make one first.");
    if (alerts::rules(connection, request.access.user).size() >= kMostRules)
      fail({409, "too-many", "Too many rules", "You have 500 rules. Remove some, then add this one.", ""});
    alerts::put(connection, rule);
    store::append_audit(connection, context.now(), request.access.actor, "alert-rule.create",
                        rule.organisation, rule.id, json::serialize(rule_json(rule)));
  });
  return created(rule_json(rule), "/api/v1/alert-rules/" + rule.id);
}

Response change_rule(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"threshold", "channel", "pace", "active"});
  const auto rule = context.sql->write([&](Connection& connection) {
    auto changed = own_rule(connection, request.access, request.parameter("rule"));
    if (const auto threshold = optional_integer(body, "threshold", 0, 10000)) changed.threshold = *threshold;
    if (const auto channel = optional_text(body, "channel", 100))
      changed.channel = own_channel(connection, request.access, *channel).id;
    if (const auto pace = optional_text(body, "pace", 200)) changed.pace = named<alerts::Pace>(*pace, "pace");
    if (const auto active = optional_truth(body, "active")) changed.active = *active;
    alerts::put(connection, changed);
    store::append_audit(connection, context.now(), request.access.actor, "alert-rule.change",
                        changed.organisation, changed.id, json::serialize(rule_json(changed)));
    return changed;
  });
  return json_response(rule_json(rule));
}

Response delete_rule(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    const auto rule = own_rule(connection, request.access, request.parameter("rule"));
    alerts::remove_rule(connection, rule.id);
    store::append_audit(connection, context.now(), request.access.actor, "alert-rule.delete",
                        rule.organisation, rule.id, "{}");
  });
  return no_content();
}

Response list_channels(Context& context, const Request& request) {
  json::array items;
  for (const auto& channel : context.sql->read(
           [&](Connection& connection) { return alerts::channels(connection, request.access.user); }))
    items.push_back(channel_json(channel, told_in(request)));
  return list_response(std::move(items), {});
}

Response create_channel(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "kind", "address", "format", "language"});
  alerts::Channel channel;
  channel.id = new_id();
  channel.owner = request.access.user;
  channel.name = required_text(body, "name", 200);
  channel.kind = required_text(body, "kind", 200);
  channel.address = required_text(body, "address", 1000);
  channel.language = language_in(body, request.language);
  channel.created = context.now();
  if (channel.kind != "email" && channel.kind != "webhook" && channel.kind != "syslog")
    wrong_field("/kind", "A channel is email, webhook or syslog.");
  const auto format = optional_text(body, "format", 200);
  channel.format = format.value_or(channel.kind == "email"     ? "text"
                                   : channel.kind == "webhook" ? "cloudevents"
                                                               : "text");
  const bool fits = channel.kind == "email"     ? channel.format == "text"
                    : channel.kind == "webhook" ? channel.format == "cloudevents" || channel.format == "ocsf"
                                                : channel.format == "text" || channel.format == "ocsf";
  if (!fits) wrong_field("/format", "email takes text, webhook cloudevents or ocsf, syslog text or ocsf.");
  const auto secret = channel.kind == "webhook" ? random_token() : std::string();
  if (!secret.empty())
    channel.secret = accounts_of(context).keys().seal(secret, alerts::secret_purpose(channel.id));
  context.sql->write([&](Connection& connection) {
    check_address(connection, request.access, channel);
    if (alerts::channels(connection, request.access.user).size() >= kMostChannels)
      fail({409, "too-many", "Too many channels", "You have 100 channels. Remove some, then add this one.",
            ""});
    // An administrator answers for the addresses of others.
    channel.confirmed = channel.kind != "email" || request.access.may(access::Permission::manage_service);
    alerts::put(connection, channel);
    if (!channel.confirmed) alerts::ask_to_confirm(connection, context.now(), channel);
    store::append_audit(connection, context.now(), request.access.actor, "channel.create", "", channel.id,
                        json::serialize(channel_json(channel, checks::Language::en)));
  });
  auto answer = channel_json(channel, told_in(request));
  if (!secret.empty()) answer["secret"] = secret;
  return created(answer, "/api/v1/channels/" + channel.id);
}

Response change_channel(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "language", "active"});
  const auto channel = context.sql->write([&](Connection& connection) {
    auto changed = own_channel(connection, request.access, request.parameter("channel"));
    if (const auto name = optional_text(body, "name", 200)) changed.name = *name;
    changed.language = language_in(body, changed.language);
    if (const auto active = optional_truth(body, "active")) changed.active = *active;
    alerts::put(connection, changed);
    store::append_audit(connection, context.now(), request.access.actor, "channel.change", "", changed.id,
                        json::serialize(channel_json(changed, checks::Language::en)));
    return changed;
  });
  return json_response(channel_json(channel, told_in(request)));
}

Response confirm_channel(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"token"});
  const auto token = required_text(body, "token", 200);
  const auto channel = context.sql->write([&](Connection& connection) {
    auto confirmed = alerts::confirm(connection, context.now(), request.access.user, token);
    if (!confirmed) {
      fail({.status = 410,
            .type = "link-ended",
            .title = "The link works no more",
            .detail =
                "The link has been used, is too old, or belongs to another user. Ask for a new letter."});
    }
    store::append_audit(connection, context.now(), request.access.actor, "channel.confirm", "", confirmed->id,
                        "{}");
    return std::move(*confirmed);
  });
  return json_response(channel_json(channel, told_in(request)));
}

Response ask_again_to_confirm(Context& context, const Request& request) {
  const auto channel = context.sql->write([&](Connection& connection) {
    const auto own = own_channel(connection, request.access, request.parameter("channel"));
    if (own.confirmed) {
      fail({.status = 409,
            .type = "conflict",
            .title = "This does not go with what there is",
            .detail = "The address is confirmed already."});
    }
    if (const auto wait = alerts::ask_to_confirm(connection, context.now(), own); wait > 0) {
      fail({.status = 429,
            .type = "too-many-attempts",
            .title = "Too many attempts",
            .detail = "A letter is on its way already. Look for it, or ask again in five minutes.",
            .retry_after_s = wait});
    }
    return own;
  });
  return json_response(channel_json(channel, told_in(request)), 202);
}

Response test_channel(Context& context, const Request& request) {
  const auto delivery = context.sql->write([&](Connection& connection) {
    const auto own = own_channel(connection, request.access, request.parameter("channel"));
    if (!own.confirmed || !own.active) {
      fail({.status = 409,
            .type = "conflict",
            .title = "This does not go with what there is",
            .detail = own.confirmed ? "The channel is paused. Start it first."
                                    : "The address is not confirmed. Open the link of the letter first."});
    }
    const auto tried = alerts::try_out(connection, context.now(), own);
    if (tried.wait_s > 0) {
      fail({.status = 429,
            .type = "too-many-attempts",
            .title = "Too many attempts",
            .detail = "A test was sent less than a minute ago. See among the deliveries whether it arrived.",
            .retry_after_s = tried.wait_s});
    }
    store::append_audit(connection, context.now(), request.access.actor, "channel.test", "", own.id, "{}");
    return *alerts::delivery(connection, tried.delivery);
  });
  return json_response(delivery_json(delivery, told_in(request)), 202);
}

Response delete_channel(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    const auto channel = own_channel(connection, request.access, request.parameter("channel"));
    alerts::remove_channel(connection, channel.id);
    store::append_audit(connection, context.now(), request.access.actor, "channel.delete", "", channel.id,
                        "{}");
  });
  return no_content();
}

Response list_deliveries(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto after = place_of(page);
  std::vector<std::string_view> states;
  for (auto [at, end] = request.query.equal_range("state"); at != end; ++at) states.emplace_back(at->second);
  auto found = context.sql->read([&](Connection& connection) {
    return alerts::deliveries_of(connection, request.access.user, page.limit + 1, after,
                                 fmt::format("{}", fmt::join(states, ",")));
  });
  const bool more = found.size() > page.limit;
  if (more) found.pop_back();
  json::array items;
  for (const auto& delivery : found) items.push_back(delivery_json(delivery, told_in(request)));
  return list_response(std::move(items), more
                                             ? std::vector{format_time(found.back().created), found.back().id}
                                             : std::vector<std::string>{});
}

Response send_again(Context& context, const Request& request) {
  const auto delivery = context.sql->write([&](Connection& connection) {
    const auto known = alerts::delivery(connection, request.parameter("delivery"));
    if (!known || known->owner != request.access.user) not_found("delivery");
    if (!alerts::again(connection, context.now(), known->id)) {
      fail({409, "not-waiting", "It needs no second sending",
            "Only a message that is dead or uncertain is sent again; this one is " + known->state + ".", ""});
    }
    store::append_audit(connection, context.now(), request.access.actor, "delivery.again", "", known->id,
                        "{}");
    return *alerts::delivery(connection, known->id);
  });
  return json_response(delivery_json(delivery, told_in(request)));
}

}  // namespace

void add_alert_routes(Router& router) {
  using access::Detail;
  using access::Permission;
  add_routes(
      router,
      {{"GET", "/alerts", "listAlerts", Permission::read, Detail::none, list_alerts},
       {"GET", "/alert-rules", "listAlertRules", Permission::read, Detail::none, list_rules},
       {"POST", "/alert-rules", "createAlertRule", Permission::read, Detail::none, create_rule},
       {"PATCH", "/alert-rules/{rule}", "changeAlertRule", Permission::read, Detail::none, change_rule},
       {"DELETE", "/alert-rules/{rule}", "deleteAlertRule", Permission::read, Detail::none, delete_rule},
       {"GET", "/channels", "listChannels", Permission::read, Detail::none, list_channels}});
  // The answer holds the secret of a webhook.
  router.add({.method = "POST",
              .pattern = "/api/v1/channels",
              .operation = "createChannel",
              .permission = Permission::read,
              .handler = create_channel,
              .keep_answer = false});
  add_routes(
      router,
      {{"PATCH", "/channels/{channel}", "changeChannel", Permission::read, Detail::none, change_channel},
       {"DELETE", "/channels/{channel}", "deleteChannel", Permission::read, Detail::none, delete_channel},
       {"POST", "/channels/confirm", "confirmChannel", Permission::read, Detail::none, confirm_channel},
       {"POST", "/channels/{channel}/confirmation", "askToConfirmChannel", Permission::read, Detail::none,
        ask_again_to_confirm},
       {"POST", "/channels/{channel}/test", "testChannel", Permission::read, Detail::none, test_channel},
       {"GET", "/deliveries", "listDeliveries", Permission::read, Detail::none, list_deliveries},
       {"POST", "/deliveries/{delivery}/again", "sendAgain", Permission::read, Detail::none, send_again}});
}

}  // namespace utsyn::api
