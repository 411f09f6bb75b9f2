// A conversation in lines over a connection: SMTP, FTP, POP3 and IMAP. Lines, replies and the time for one
// reply are bounded, whatever the server does.
#pragma once

#include <memory>
#include <string>

#include "probe/network.h"
#include "wire/mail/smtp.h"

namespace utsyn::probe {

class Dialogue {
 public:
  explicit Dialogue(Connection& connection) : connection_(&connection) {}

  Task<Observed<std::string>> line();  // without CR LF
  Task<Observed<wire::SmtpReply>> reply();
  Task<Observed<wire::SmtpReply>>
  ftp_reply();  // whose inner lines need not bear the code (RFC 959 section 4.2)
  Task<Observed<wire::SmtpReply>> command(std::string text);  // sends a line, reads the reply
  Task<Observed<bool>> send(std::string text);                // CR LF is added

 private:
  Task<Observed<bool>> more();  // reads on; the reason when nothing comes or the reply takes too long
  Connection* connection_;
  std::string buffer_;
  Clock::time_point reply_until_{};
};

// 421, 450, 451, 452, 554: "not you, not now". Not an answer to what was asked.
bool turns_us_away(unsigned code);

// Connects, waits for the greeting and says EHLO, with the patience that mail servers need. A session whose
// EHLO was answered 500 or 502 has said HELO, and that was accepted.
struct SmtpSession {
  std::unique_ptr<Connection> connection;
  std::string banner;
  unsigned greeting_code = 0;
  wire::SmtpReply ehlo;
  wire::SmtpCapabilities capabilities;
};
Task<Observed<SmtpSession>> open_smtp(Visit& visit, Endpoint server);

// A banner without what differs between two greetings of the same server: dates and queue ids.
std::string steady_banner(std::string_view banner);
std::vector<std::string> capability_lines(const wire::SmtpCapabilities& capabilities);

}  // namespace utsyn::probe
