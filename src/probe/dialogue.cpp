#include "probe/dialogue.h"

#include <algorithm>
#include <array>

namespace utsyn::probe {
namespace {

constexpr std::size_t buffer_limit = 256 * 1024;
constexpr std::chrono::milliseconds line_patience{
    12'000};  // postscreen and its like let strangers wait some seconds
constexpr std::chrono::milliseconds reply_patience{20'000};  // for all of a reply, however slowly it drips

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_weekday(std::string_view word) {
  constexpr std::string_view days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  if (word.ends_with(',')) word.remove_suffix(1);
  return word.size() == 3 && std::any_of(std::begin(days), std::end(days),
                                         [&](std::string_view day) { return iequals(day, word); });
}

bool is_time(std::string_view word) {
  if (word.size() < 4 || word.size() > 12 || word.find(':') == std::string_view::npos) return false;
  return std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == ':' || c == '.'; });
}

// A word that can stand in a date: day, month, year, time, zone.
bool in_date(std::string_view word) {
  constexpr std::string_view names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
                                        "sep", "oct", "nov", "dec", "gmt", "utc", "cet", "cest"};
  while (!word.empty() && (word.back() == ',' || word.back() == ')')) word.remove_suffix(1);
  while (!word.empty() && (word.front() == '(' || word.front() == '+' || word.front() == '-'))
    word.remove_prefix(1);
  if (word.empty()) return false;
  if (is_weekday(word) || is_time(word)) return true;
  if (std::any_of(std::begin(names), std::end(names),
                  [&](std::string_view name) { return iequals(name, word); }))
    return true;
  return word.size() <= 4 && std::all_of(word.begin(), word.end(), is_digit);
}

// Long, digits and letters in a mix, and not a host name: the server's name for this conversation.
bool is_queue_id(std::string_view word) {
  while (!word.empty() && std::string_view("[](){}<>;,").find(word.front()) != std::string_view::npos)
    word.remove_prefix(1);
  while (!word.empty() && std::string_view("[](){}<>;,").find(word.back()) != std::string_view::npos)
    word.remove_suffix(1);
  if (word.size() < 10) return false;
  if (const auto dot = word.rfind('.'); dot != std::string_view::npos) {
    const auto last = word.substr(dot + 1);
    if (!last.empty() && std::all_of(last.begin(), last.end(), is_letter)) return false;
  }
  const auto digits = std::count_if(word.begin(), word.end(), is_digit);
  const auto letters = std::count_if(word.begin(), word.end(), is_letter);
  return digits >= 3 && letters >= 1;
}

}  // namespace

Task<Observed<bool>> Dialogue::more() {
  if (buffer_.size() > buffer_limit) co_return Unseen::malformed;
  if (Clock::now() >= reply_until_) co_return Unseen::timed_out;
  std::array<std::uint8_t, 1024> piece;
  const auto size = co_await connection_->read_some(piece);
  if (size.seen() == nullptr) co_return size.unseen();
  if (*size.seen() == 0) co_return Unseen::reset;  // closed in the middle
  buffer_ += as_text(ByteView(piece).first(*size.seen()));
  co_return true;
}

Task<Observed<std::string>> Dialogue::line() {
  reply_until_ = Clock::now() + reply_patience;
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end <= wire::smtp_line_limit) {  // also false when there is none
      auto text = printable(trim(std::string_view(buffer_).substr(0, end)), wire::smtp_line_limit);
      buffer_.erase(0, end + 1);
      co_return text;
    }
    if (buffer_.size() > wire::smtp_line_limit) co_return Unseen::malformed;
    const auto got = co_await more();
    if (got.seen() == nullptr) co_return got.unseen();
  }
}

Task<Observed<wire::SmtpReply>> Dialogue::reply() {
  reply_until_ = Clock::now() + reply_patience;
  for (;;) {
    std::string_view rest(buffer_);
    auto taken = wire::take_smtp_reply(rest);
    if (!taken) co_return Unseen::malformed;
    if (*taken) {
      auto reply = std::move(**taken);
      buffer_.erase(0, buffer_.size() - rest.size());
      co_return reply;
    }
    const auto got = co_await more();
    if (got.seen() == nullptr) co_return got.unseen();
  }
}

Task<Observed<wire::SmtpReply>> Dialogue::ftp_reply() {
  wire::SmtpReply out;
  std::string last;  // how the last line begins
  for (std::size_t lines = 0; lines < wire::smtp_reply_lines; ++lines) {
    const auto got = co_await line();
    if (got.seen() == nullptr) co_return got.unseen();
    const std::string_view text(*got.seen());
    if (lines == 0) {
      const auto code = parse_uint(text.substr(0, 3));
      if (text.size() < 3 || !code || *code < 100 || *code > 599) co_return Unseen::malformed;
      if (text.size() > 3 && text[3] != ' ' && text[3] != '-') co_return Unseen::malformed;
      out.code = static_cast<unsigned>(*code);
      last = std::string(text.substr(0, 3)) + ' ';
    }
    const bool end = lines == 0 ? text.size() == 3 || text[3] == ' ' : text.starts_with(last);
    const bool coded = lines == 0 || end;
    out.lines.emplace_back(coded ? text.substr(std::min<std::size_t>(4, text.size())) : text);
    if (end) co_return out;
  }
  co_return Unseen::malformed;
}

Task<Observed<bool>> Dialogue::send(std::string text) {
  text += "\r\n";
  const auto sent = co_await connection_->write(as_bytes(text));
  if (sent.seen() == nullptr) co_return sent.unseen();
  co_return true;
}

Task<Observed<wire::SmtpReply>> Dialogue::command(std::string text) {
  const auto sent = co_await send(std::move(text));
  if (sent.seen() == nullptr) co_return sent.unseen();
  co_return co_await reply();
}

bool turns_us_away(unsigned code) {
  return code == 421 || code == 450 || code == 451 || code == 452 || code == 454 || code == 554;
}

Task<Observed<SmtpSession>> open_smtp(Visit& visit, Endpoint server) {
  auto opened = co_await visit.connect(server);
  if (opened.seen() == nullptr) co_return opened.unseen();
  SmtpSession session;
  session.connection = std::move(*opened.seen());
  session.connection->set_answer_timeout(line_patience);
  Dialogue dialogue(*session.connection);

  const auto greeting = co_await dialogue.reply();
  if (greeting.seen() == nullptr) co_return greeting.unseen();
  session.greeting_code = greeting.seen()->code;
  if (!greeting.seen()->lines.empty()) session.banner = steady_banner(greeting.seen()->lines.front());
  if (turns_us_away(session.greeting_code)) co_return Unseen::rejected;
  if (session.greeting_code != 220) co_return Unseen::malformed;

  auto ehlo = co_await dialogue.command("EHLO " + visit.network().settings().ehlo_name);
  if (ehlo.seen() == nullptr) co_return ehlo.unseen();
  if (turns_us_away(ehlo.seen()->code)) co_return Unseen::rejected;
  session.ehlo = std::move(*ehlo.seen());
  // A server of before 1995 knows no extensions, and says so when it knows the plain greeting (RFC 5321
  // section 4.1.4). From one that refuses that too nothing was learnt.
  if (session.ehlo.code == 500 || session.ehlo.code == 502) {
    const auto helo = co_await dialogue.command("HELO " + visit.network().settings().ehlo_name);
    if (helo.seen() == nullptr) co_return helo.unseen();
    if (!helo.seen()->positive()) co_return Unseen::rejected;
  }
  if (session.ehlo.positive()) session.capabilities = wire::smtp_capabilities(session.ehlo);
  co_return session;
}

std::string steady_banner(std::string_view banner) {
  const auto text = printable(banner, 512);
  std::vector<std::string> out;
  const auto words = split(text, ' ');
  for (std::size_t i = 0; i < words.size();) {
    // A date is a run of its words that holds a weekday or a time.
    std::size_t end = i;
    bool sure = false;
    while (end < words.size() && in_date(words[end])) {
      sure = sure || is_weekday(words[end]) || is_time(words[end]);
      ++end;
    }
    if (sure && end - i >= 2) {
      out.emplace_back("<date>");
      i = end;
      continue;
    }
    out.emplace_back(is_queue_id(words[i]) ? "<id>" : std::string(words[i]));
    ++i;
  }
  return join(out, " ");
}

std::vector<std::string> capability_lines(const wire::SmtpCapabilities& capabilities) {
  std::vector<std::string> out;
  out.reserve(capabilities.extensions.size());
  for (const auto& extension : capabilities.extensions) {
    out.push_back(extension.parameters.empty() ? extension.keyword
                                               : extension.keyword + " " + join(extension.parameters, " "));
  }
  return out;
}

}  // namespace utsyn::probe
