// Messages out: e-mail (SMTP with STARTTLS), webhooks and syslog. Each call waits for the other side, bounded
// in time, and says what went wrong for the person who owns the channel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ip.h"
#include "followup/alerts/outbox.h"
#include "report/mail.h"

namespace utsyn::report {

struct DeliverySettings {
  std::string smtp;       // "smtp://mail.example.no:587"; empty: e-mail cannot be sent
  std::string smtp_user;  // empty: no login
  std::string smtp_password;
  std::string smtp_ca_file;  // empty: the system's
  bool smtp_plain = false;   // a relay on the same host, without TLS
  std::string from = "utsyn@localhost";
  std::string public_address;  // for links
  std::string host_name = "utsyn";
  std::string channel_ca_file;  // that webhooks and syslog over TLS are judged by; empty: the system's
  // Webhooks and syslog may go to these though they are not public; not the measuring's networks.
  std::vector<Cidr> allow_networks;
  int timeout_s = 20;
};

struct Trouble {
  std::string message;  // as it is kept: followup/alerts/fault.h, told by delivery_words.h
  bool final = false;   // trying again is of no use: address refused, 4xx (but for 408, 425, 429)
};

// Nothing when the other side has taken it.
std::optional<Trouble> deliver(const DeliverySettings& settings, const followup::alerts::Message& message,
                               UtcTime now);
// The same with a letter that was written elsewhere, to a channel that is an e-mail address.
std::optional<Trouble> deliver(const DeliverySettings& settings, const followup::alerts::Message& message,
                               const Letter& letter, UtcTime now);

}  // namespace utsyn::report
