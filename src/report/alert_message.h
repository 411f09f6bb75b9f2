// What an alert says: to a person (e-mail, in nb, nn or en), to a program (CloudEvents 1.0), to a SIEM
// (OCSF 1.3, RFC 5424). Pure: from a message of the outbox to bytes.
#pragma once

#include <string>
#include <vector>

#include "checks/catalogue.h"
#include "followup/alerts/outbox.h"
#include "report/mail.h"

namespace utsyn::report {

// `address` is where the service is reached ("https://utsyn.example.no"), for links. A message that asks
// whether its address is right has a letter of its own.
Letter letter_of(const followup::alerts::Message& message, checks::Language language,
                 std::string_view address);

// One structured-mode event with all alerts of the message; its id is the delivery's, the same at every try.
std::string cloud_event_of(const followup::alerts::Message& message, std::string_view address, UtcTime now);
// "t=UNIX,v1=HEX": HMAC-SHA256 of "UNIX.BODY", so that an old message cannot be sent again by others.
std::string signature_of(std::string_view secret, std::string_view body, UtcTime now);

// One object for each alert: Compliance Finding (class 2003) where a finding is the matter, else Detection
// Finding (2004).
std::vector<std::string> ocsf_of(const followup::alerts::Message& message);

// One line for each alert. Facility local0; severity critical for critical findings and gates, else warning.
std::vector<std::string> syslog_of(const followup::alerts::Message& message, std::string_view host,
                                   bool ocsf);

}  // namespace utsyn::report
