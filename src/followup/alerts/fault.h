// Why a message did not arrive: a code and what fills the blanks of its sentence. Kept so in the store, and
// told in the language of whoever reads it (report/delivery_words.h, data/texts/delivery.json).
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace utsyn::followup::alerts {

enum class FaultCode {
  not_started,        // the library that sends did not
  no_mail_server,     // none is configured
  mail_refused,       // to whom, the server's number, its words: for good
  mail_later,         // likewise: for now
  mail_failed,        // to whom, what went wrong on the way
  webhook_refused,    // its status: for good
  webhook_later,      // its status: for now
  webhook_failed,     // what went wrong on the way
  webhook_unreached,  // likewise, before anything was said
  syslog_address,     // cannot be read
  syslog_not_found,   // the host
  syslog_unreached,   // host and port
  syslog_failed,      // what went wrong on the way
  syslog_slow,        // the other side does not read
  no_such_kind,       // of channel
  not_email,          // a report goes by e-mail only
  secret_sealed,      // with another key
  secret_forgotten,   // with a lost key file
  interrupted,        // the program ended while it was being sent
  confirmed_already,  // the letter asks what has been answered
  nothing_to_see,     // its owner may no longer see what it was about
  report_removed,     // the schedule
  report_taken_back,  // the schedule was paused or changed
  report_access,      // its owner may no longer have it
  report_not_measured,
  report_no_pdf,
  report_busy,
  report_too_large,
  report_failed  // what went wrong
};
BOOST_DESCRIBE_ENUM(FaultCode, not_started, no_mail_server, mail_refused, mail_later, mail_failed,
                    webhook_refused, webhook_later, webhook_failed, webhook_unreached, syslog_address,
                    syslog_not_found, syslog_unreached, syslog_failed, syslog_slow, no_such_kind, not_email,
                    secret_sealed, secret_forgotten, interrupted, confirmed_already, nothing_to_see,
                    report_removed, report_taken_back, report_access, report_not_measured, report_no_pdf,
                    report_busy, report_too_large, report_failed)

// What the store keeps, for example {"code":"webhook_refused","values":["410"]}. What another program said is
// cut and made printable.
std::string kept(FaultCode code, const std::vector<std::string>& values = {});

struct Fault {
  std::optional<FaultCode> code;    // none: words, as an older version kept them
  std::vector<std::string> values;  // then the words
};
Fault fault_of(std::string_view kept);

}  // namespace utsyn::followup::alerts
