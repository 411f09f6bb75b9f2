#include "report/deliver.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "followup/alerts/fault.h"
#include "report/alert_message.h"
#include "report/texts.h"

namespace utsyn::report {
namespace {

using followup::alerts::FaultCode;
using followup::alerts::Message;

Trouble trouble(FaultCode code, const std::vector<std::string>& values, bool final = false) {
  return {followup::alerts::kept(code, values), final};
}

struct CloseCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Curl = std::unique_ptr<CURL, CloseCurl>;
using Lines = std::unique_ptr<curl_slist, CloseCurl>;

void append(Lines& lines, const std::string& line) {
  lines.reset(curl_slist_append(lines.release(), line.c_str()));
}

std::optional<IpAddress> address_of(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return IpAddress::parse(text);
}

// A channel's address is given by a user: it must not become a way into the operator's own network.
bool may_connect(const DeliverySettings& settings, const sockaddr* address) {
  const auto ip = address_of(address);
  if (!ip) return false;
  if (special_purpose(*ip).empty()) return true;
  return std::ranges::any_of(settings.allow_networks,
                             [&](const Cidr& network) { return network.contains(*ip); });
}

// Asked after the look-up, for each address that is about to be contacted.
curl_socket_t open_guarded(void* settings, curlsocktype, curl_sockaddr* to) {
  if (!may_connect(*static_cast<const DeliverySettings*>(settings), &to->addr)) return CURL_SOCKET_BAD;
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

struct Reading {
  std::string_view rest;
};
std::size_t read_more(char* into, std::size_t size, std::size_t count, void* from) {
  auto& rest = static_cast<Reading*>(from)->rest;
  const auto taken = std::min(rest.size(), size * count);
  rest.copy(into, taken);
  rest.remove_prefix(taken);
  return taken;
}

std::size_t drop(char*, std::size_t size, std::size_t count, void* seen) {
  auto& total = *static_cast<std::size_t*>(seen);
  total += size * count;
  return total > 64 * 1024 ? 0 : size * count;  // what a webhook answers is not our concern
}

Curl start(const DeliverySettings& settings) {
  static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl(once == CURLE_OK ? curl_easy_init() : nullptr);
  if (!curl) return curl;
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(settings.timeout_s));
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  return curl;
}

std::string reason(CURLcode code, const char* details) {
  return *details != '\0' ? std::string(details) : std::string(curl_easy_strerror(code));
}

std::optional<Trouble> send_mail(const DeliverySettings& settings, const Message& message,
                                 const Letter& letter, UtcTime now) {
  if (settings.smtp.empty()) {
    return trouble(FaultCode::no_mail_server, {}, true);
  }
  const auto at = settings.from.find('@');
  const auto mail =
      mail_of(letter, settings.from, message.channel.address,
              message.delivery.id + settings.from.substr(std::min(at, settings.from.size())), now);
  const auto curl = start(settings);
  if (!curl) return trouble(FaultCode::not_started, {});
  Lines to;
  append(to, "<" + message.channel.address + ">");
  Reading reading{mail};
  char details[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(curl.get(), CURLOPT_URL, settings.smtp.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL,
                   static_cast<long>(settings.smtp_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!settings.smtp_ca_file.empty())
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings.smtp_ca_file.c_str());
  if (!settings.smtp_user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, settings.smtp_user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, settings.smtp_password.c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, ("<" + settings.from + ">").c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, read_more);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &reading);
  const auto code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return std::nullopt;
  long answer = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer);
  // RFC 5321 section 4.2.1: 5yz is a permanent refusal.
  const auto& address = message.channel.address;
  if (answer < 400) return trouble(FaultCode::mail_failed, {address, reason(code, details)});
  const bool final = answer >= 500;
  return trouble(final ? FaultCode::mail_refused : FaultCode::mail_later,
                 {address, std::to_string(answer), reason(code, details)}, final);
}

std::optional<Trouble> call_webhook(const DeliverySettings& settings, const Message& message, UtcTime now) {
  std::string body;
  std::string type = "application/cloudevents+json; charset=UTF-8";
  if (message.channel.format == "ocsf") {
    type = "application/json";
    for (const auto& event : ocsf_of(message)) body += (body.empty() ? "[" : ",") + event;
    body += "]";
  } else {
    body = cloud_event_of(message, settings.public_address, now);
  }
  const auto curl = start(settings);
  if (!curl) return trouble(FaultCode::not_started, {});
  Lines headers;
  append(headers, "Content-Type: " + type);
  append(headers, "Utsyn-Signature: " + signature_of(message.channel.secret, body, now));
  append(headers, "Utsyn-Delivery: " + message.delivery.id);
  append(headers, "User-Agent: Utsyn/0.1");
  append(headers, "Expect:");
  std::size_t seen = 0;
  char details[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(curl.get(), CURLOPT_URL, message.channel.address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  if (!settings.channel_ca_file.empty())
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings.channel_ca_file.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETFUNCTION, open_guarded);
  curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETDATA, const_cast<DeliverySettings*>(&settings));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &seen);
  const auto code = curl_easy_perform(curl.get());
  long answer = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer);
  if (answer >= 200 && answer < 300) return std::nullopt;
  if (answer > 0) {
    const bool worth_trying = answer >= 500 || answer == 408 || answer == 425 || answer == 429;
    return trouble(worth_trying ? FaultCode::webhook_later : FaultCode::webhook_refused,
                   {std::to_string(answer)}, !worth_trying);
  }
  return trouble(code == CURLE_COULDNT_CONNECT ? FaultCode::webhook_unreached : FaultCode::webhook_failed,
                 {reason(code, details)});
}

// "udp://host:514" into its parts.
struct Place {
  std::string scheme;
  std::string host;
  std::string port;
};
std::optional<Place> place_of(std::string_view address) {
  const auto slashes = address.find("://");
  const auto colon = address.rfind(':');
  if (slashes == std::string_view::npos || colon <= slashes + 3) return std::nullopt;
  auto host = address.substr(slashes + 3, colon - slashes - 3);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Place{std::string(address.substr(0, slashes)), std::string(host),
               std::string(address.substr(colon + 1))};
}

std::optional<Trouble> send_datagrams(const DeliverySettings& settings, const Place& place,
                                      const std::vector<std::string>& lines) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(place.host.c_str(), place.port.c_str(), &wanted, &found) != 0)
    return trouble(FaultCode::syslog_not_found, {place.host});
  const std::unique_ptr<addrinfo, CloseCurl> list(found);
  for (const auto* one = list.get(); one != nullptr; one = one->ai_next) {
    if (!may_connect(settings, one->ai_addr)) continue;
    const int handle = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (handle < 0) continue;
    bool sent = true;
    for (const auto& line : lines) {
      sent = sent && sendto(handle, line.data(), line.size(), 0, one->ai_addr, one->ai_addrlen) ==
                         static_cast<ssize_t>(line.size());
    }
    close(handle);
    if (sent) return std::nullopt;
  }
  return trouble(FaultCode::syslog_unreached, {place.host + ":" + place.port});
}

// RFC 6587 section 3.4.1 (octet counting); with TLS RFC 5425.
std::optional<Trouble> send_stream(const DeliverySettings& settings, const Place& place,
                                   const std::vector<std::string>& lines) {
  std::string bytes;
  for (const auto& line : lines) bytes += std::to_string(line.size()) + " " + line;
  const auto curl = start(settings);
  if (!curl) return trouble(FaultCode::not_started, {});
  const auto host = place.host.find(':') == std::string::npos ? place.host : "[" + place.host + "]";
  const auto url = (place.scheme == "tls" ? "https://" : "http://") + host + ":" + place.port;
  char details[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
  if (!settings.channel_ca_file.empty())
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, settings.channel_ca_file.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETFUNCTION, open_guarded);
  curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETDATA, const_cast<DeliverySettings*>(&settings));
  if (const auto code = curl_easy_perform(curl.get()); code != CURLE_OK)
    return trouble(FaultCode::syslog_failed, {reason(code, details)});
  std::string_view rest = bytes;
  for (int tries = 0; !rest.empty() && tries < settings.timeout_s * 20; ++tries) {
    std::size_t sent = 0;
    const auto code = curl_easy_send(curl.get(), rest.data(), rest.size(), &sent);
    rest.remove_prefix(sent);
    if (code == CURLE_AGAIN) {
      usleep(50'000);
    } else if (code != CURLE_OK) {
      return trouble(FaultCode::syslog_failed, {reason(code, details)});
    }
  }
  if (!rest.empty()) return trouble(FaultCode::syslog_slow, {});
  return std::nullopt;
}

std::optional<Trouble> send_syslog(const DeliverySettings& settings, const Message& message) {
  const auto place = place_of(message.channel.address);
  if (!place) return trouble(FaultCode::syslog_address, {}, true);
  const auto lines = syslog_of(message, settings.host_name, message.channel.format == "ocsf");
  return place->scheme == "udp" ? send_datagrams(settings, *place, lines)
                                : send_stream(settings, *place, lines);
}

}  // namespace

std::optional<Trouble> deliver(const DeliverySettings& settings, const Message& message, UtcTime now) {
  if (message.alerts.empty() && message.confirm_token.empty() && !message.test)
    return std::nullopt;  // its organisations have left the register
  if (message.channel.kind == "email") {
    return send_mail(settings, message,
                     letter_of(message, language_named(message.channel.language), settings.public_address),
                     now);
  }
  if (message.channel.kind == "webhook") return call_webhook(settings, message, now);
  if (message.channel.kind == "syslog") return send_syslog(settings, message);
  return trouble(FaultCode::no_such_kind, {message.channel.kind}, true);
}

std::optional<Trouble> deliver(const DeliverySettings& settings, const Message& message, const Letter& letter,
                               UtcTime now) {
  if (message.channel.kind != "email") return trouble(FaultCode::not_email, {}, true);
  return send_mail(settings, message, letter, now);
}

}  // namespace utsyn::report
